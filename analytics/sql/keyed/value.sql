source."{{ name }}"
