"""The pages of docs/tools, block by block, with the tools themselves."""
