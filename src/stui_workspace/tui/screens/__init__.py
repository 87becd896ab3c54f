"""The screens that come up over the workbench. Each is handed values and gives one back."""
