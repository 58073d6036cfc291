"""Pure checks: each looks at a comment and says what it found."""
