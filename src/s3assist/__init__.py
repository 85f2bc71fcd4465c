"""S3Assist answers questions on cluster and smart-specialisation policy by quoting documents."""

__version__ = "0.1.0"
