using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NUnit.Framework.Internal;
using WebApp.Platform.Data;

namespace WebApp.Tests.Features.Credentials;

/// <summary>
/// Holds an operation up after a chosen statement of its transactions, with the locks that it has by then. The operation is known by its trace, which goes
/// with it in this process and, in the header <c>traceparent</c>, over HTTP.
/// </summary>
public sealed class StatementHold : DbCommandInterceptor
{
    private readonly HttpContextAccessor requests = new();
    private readonly ConcurrentDictionary<ActivityTraceId, Held> held = new();

    /// <summary>What PostgreSQL broke up, as a text for each.</summary>
    public ConcurrentQueue<string> BrokenUp { get; } = new();

    /// <summary>Has an application's statements counted.</summary>
    public void Install(WebApplicationBuilder builder)
    {
        builder.Services.AddHttpContextAccessor();
        builder.Services.ConfigureDbContext<AppDbContext>(options => options.AddInterceptors(this), ServiceLifetime.Singleton);
        builder.Services.AddSingleton<IStartupFilter>(new Statuses(this));
    }

    /// <summary>Runs an operation under a trace of its own, held after its n-th statement; never where that is 0. What its client asserts fails nothing: it may be refused.</summary>
    public (Held Hold, Task Running) Start(int statement, Func<Task> run) => Start(new Held { Statement = statement }, run);

    /// <summary>Runs an operation whose n-th statement in a transaction fails, once, as one that PostgreSQL rolls back for the sake of another.</summary>
    public Task FailAsync(int statement, string state, Func<Task> run) => Start(new Held { Failing = statement, State = state }, run).Running;

    private (Held Hold, Task Running) Start(Held hold, Func<Task> run)
    {
        return (hold, Task.Run(async () =>
        {
            using var asserted = new TestExecutionContext.IsolatedContext();
            using var activity = new Activity("operation").SetIdFormat(ActivityIdFormat.W3C).Start();
            held[activity.TraceId] = hold;
            try
            {
                await run();
            }
            finally
            {
                held.TryRemove(activity.TraceId, out _);
            }
        }));
    }

    /// <inheritdoc/>
    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        Fail(command);
        return new(result);
    }

    /// <inheritdoc/>
    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Fail(command);
        return new(result);
    }

    /// <inheritdoc/>
    public override async ValueTask<DbDataReader> ReaderExecutedAsync(DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
    {
        await CountAsync(command);
        return result;
    }

    /// <inheritdoc/>
    public override async ValueTask<int> NonQueryExecutedAsync(DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        await CountAsync(command);
        return result;
    }

    /// <inheritdoc/>
    public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        if (eventData.Exception is PostgresException { SqlState: ['4', '0', ..] or ['5', '5', ..] } failure)
        {
            BrokenUp.Enqueue($"{failure.SqlState} at {command.CommandText}");
        }

        return Task.CompletedTask;
    }

    private void Fail(DbCommand command)
    {
        if (command.Transaction is not null && Trace() is { } trace && held.TryGetValue(trace, out var hold) && Interlocked.Increment(ref hold.Begun) == hold.Failing)
        {
            throw new PostgresException("rolled back", "ERROR", "ERROR", hold.State);
        }
    }

    private async Task CountAsync(DbCommand command)
    {
        if (command.Transaction is not null && Trace() is { } trace && held.TryGetValue(trace, out var hold) && Interlocked.Increment(ref hold.Statements) == hold.Statement)
        {
            hold.Reached.TrySetResult();
            await hold.Released.Task;
        }
    }

    private ActivityTraceId? Trace() =>
        requests.HttpContext is { } context
            ? ActivityContext.TryParse(context.Request.Headers.TraceParent, null, out var parent) ? parent.TraceId : null
            : Activity.Current?.TraceId;

    /// <summary>An operation that is held, or will be.</summary>
    public sealed class Held
    {
        /// <summary>After which statement.</summary>
        public int Statement { get; init; }

        /// <summary>Which statement fails; 0: none.</summary>
        public int Failing { get; init; }

        /// <summary>How it fails: an SQLSTATE.</summary>
        public string State { get; init; } = "";

        /// <summary>How many it has run in transactions.</summary>
        internal int Statements;

        /// <summary>How many it has begun in transactions.</summary>
        internal int Begun;

        /// <summary>Ends when it is held.</summary>
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Lets it go on.</summary>
        public TaskCompletionSource Released { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Statuses(StatementHold owner) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, rest) =>
            {
                await rest(context);
                if (context.Response.StatusCode >= StatusCodes.Status500InternalServerError)
                {
                    owner.BrokenUp.Enqueue($"{context.Response.StatusCode} at {context.Request.Path}");
                }
            });
            next(app);
        };
    }
}
