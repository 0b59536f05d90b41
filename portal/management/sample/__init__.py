"""What the demo and the benches invent: shops, people, and four weeks of sales."""
