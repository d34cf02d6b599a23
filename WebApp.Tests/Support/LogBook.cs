using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace WebApp.Tests.Support;

/// <summary>Keeps every line an application logs, with its state and exception.</summary>
public sealed class LogBook : ILoggerProvider
{
    private readonly ConcurrentQueue<string> lines = [];

    /// <summary>All so far: category, message, exception.</summary>
    public IReadOnlyCollection<string> Lines => lines;

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Writer(categoryName, lines);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private sealed class Writer(string category, ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            lines.Enqueue($"scope: {state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{category}: {formatter(state, exception)} {exception}");
    }
}
