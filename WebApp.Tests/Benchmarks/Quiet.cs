namespace WebApp.Tests.Benchmarks;

/// <summary>Keeps the table free of what the application says about starting and stopping.</summary>
internal static class Quiet
{
    public const string Setting = "Logging:LogLevel:Microsoft.Hosting.Lifetime=Warning";
}
