"""Settings to paste, so that an editor completes and checks workspace files by our schema.

The modeline that `stui init` writes is enough for editors that have yaml-language-server; these
settings are for files without it.
"""

from __future__ import annotations

from typing import Final

SETTINGS: Final = {
    "vscode": """\
// Visual Studio Code with the extension "YAML" by Red Hat: into .vscode/settings.json
{
  "yaml.schemas": {
    "./.stui/workspace.schema.json": [".stui-workspace.yaml", "stui-workspace.yaml"],
    "./.stui/workspace-local.schema.json": [".stui-workspace.local.yaml"]
  }
}
""",
    "neovim": """\
-- Neovim 0.11 or newer with yaml-language-server: into init.lua
vim.lsp.config("yamlls", {
  settings = {
    yaml = {
      schemas = {
        ["./.stui/workspace.schema.json"] = { ".stui-workspace.yaml", "stui-workspace.yaml" },
        ["./.stui/workspace-local.schema.json"] = { ".stui-workspace.local.yaml" },
      },
    },
  },
})
vim.lsp.enable("yamlls")
""",
    "jetbrains": """\
<!-- IDEs by JetBrains: into .idea/jsonSchemas.xml, or the same by hand under
     Settings | Languages & Frameworks | Schemas and DTDs | JSON Schema Mappings -->
<project version="4">
  <component name="JsonSchemaMappingsProjectConfiguration">
    <state>
      <map>
        <entry key="STUI workspace">
          <value>
            <SchemaInfo>
              <option name="name" value="STUI workspace" />
              <option name="relativePathToSchema" value=".stui/workspace.schema.json" />
              <option name="patterns">
                <list>
                  <Item><option name="path" value=".stui-workspace.yaml" /></Item>
                  <Item><option name="path" value="stui-workspace.yaml" /></Item>
                </list>
              </option>
            </SchemaInfo>
          </value>
        </entry>
        <entry key="STUI workspace, personal overlay">
          <value>
            <SchemaInfo>
              <option name="name" value="STUI workspace, personal overlay" />
              <option name="relativePathToSchema" value=".stui/workspace-local.schema.json" />
              <option name="patterns">
                <list>
                  <Item><option name="path" value=".stui-workspace.local.yaml" /></Item>
                </list>
              </option>
            </SchemaInfo>
          </value>
        </entry>
      </map>
    </state>
  </component>
</project>
""",
}
"""By editor; each begins with where it goes."""
