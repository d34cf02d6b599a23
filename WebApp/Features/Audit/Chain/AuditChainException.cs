namespace WebApp.Features.Audit.Chain;

/// <summary>The chain's ends are not as the application left them: nothing is added or cut until somebody has looked.</summary>
public sealed class AuditChainException(string message) : Exception(message);
