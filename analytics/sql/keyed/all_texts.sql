select text from memory.main.texts;
