load {{ path | literal }};
