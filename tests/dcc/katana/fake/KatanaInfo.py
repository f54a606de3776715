version = "8.0.1.000001"
