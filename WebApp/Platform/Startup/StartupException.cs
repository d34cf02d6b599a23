namespace WebApp.Platform.Startup;

/// <summary>The application cannot start; the message is the one line that says why and what to do.</summary>
public sealed class StartupException(string message) : Exception(message);
