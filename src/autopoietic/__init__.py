"""What OmniMind's manager imports: generated components, run by omnisbx and by nothing else. See sandbox.py."""
from .autopoietic_manager import AutopoieticManager
from .sandbox import AutopoieticSandbox, SandboxError, create_secure_sandbox

__all__ = ["AutopoieticManager", "AutopoieticSandbox", "SandboxError", "create_secure_sandbox"]
