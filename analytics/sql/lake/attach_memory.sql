attach ':memory:' as {{ name }};
