use {{ catalog }};
