using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace WebApp.Tests.Support;

/// <summary>Keeps every line an application logs from <paramref name="least"/> on, with its state and exception.</summary>
public sealed class LogBook(LogLevel least = LogLevel.Trace) : ILoggerProvider
{
    private readonly ConcurrentQueue<string> lines = [];
    private readonly ConcurrentQueue<string> errors = [];

    /// <summary>All so far: category, message, exception.</summary>
    public IReadOnlyCollection<string> Lines => lines;

    /// <summary>Those of level Error and Critical.</summary>
    public ConcurrentQueue<string> Errors => errors;

    /// <summary>Forgets all so far.</summary>
    public void Clear()
    {
        lines.Clear();
        errors.Clear();
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Writer(categoryName, this);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private sealed class Writer(string category, LogBook book) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            if (book.IsKept(LogLevel.Trace))
            {
                book.lines.Enqueue($"scope: {state}");
            }

            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => book.IsKept(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!book.IsKept(logLevel))
            {
                return;
            }

            var line = $"{category}: {formatter(state, exception)} {exception}";
            book.lines.Enqueue(line);
            if (logLevel >= LogLevel.Error)
            {
                book.errors.Enqueue(line);
            }
        }
    }

    private bool IsKept(LogLevel level) => level >= least && level != LogLevel.None;
}
