"""What was approved is carried out: erasure, rectification, restriction, directives."""
