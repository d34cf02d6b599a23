using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Platform.Data;

namespace WebApp.Tests.Support;

/// <summary>
/// Holds one request up where its transaction begins, with everything verified and nothing locked, or where it commits, with everything written; or
/// fails the flow it is armed in at its n-th statement.
/// </summary>
public sealed class TransactionGate : DbTransactionInterceptor
{
    private readonly HttpContextAccessor requests = new();
    private volatile Hold? armed;

    /// <summary>Where a request is held.</summary>
    public enum Point
    {
        /// <summary>Before its first transaction begins.</summary>
        Begin,

        /// <summary>Before its first transaction commits.</summary>
        Commit,
    }

    /// <summary>Has an application's database go through the gate.</summary>
    public void Install(WebApplicationBuilder builder)
    {
        builder.Services.AddHttpContextAccessor();
        builder.Services.ConfigureDbContext<AppDbContext>(options => options.AddInterceptors(this, new StatementKiller()), ServiceLifetime.Singleton);
    }

    /// <summary>Holds the next request of that path.</summary>
    public Hold Arm(string path, Point point) => armed = new(path, point);

    /// <inheritdoc/>
    public override async ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result, CancellationToken cancellationToken = default)
    {
        await WaitAsync(Point.Begin);
        return result;
    }

    /// <inheritdoc/>
    public override async ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        await WaitAsync(Point.Commit);
        return result;
    }

    private async Task WaitAsync(Point point)
    {
        if (armed is { } hold && hold.Point == point && requests.HttpContext is { } request && request.Request.Path == hold.Path
            && Interlocked.CompareExchange(ref armed, null, hold) == hold)
        {
            hold.Reached.SetResult();
            await hold.Released.Task;
        }
    }

    /// <summary>A request that is held, or will be.</summary>
    public sealed record Hold(string Path, Point Point)
    {
        /// <summary>Ends when it is held.</summary>
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Lets it go on.</summary>
        public TaskCompletionSource Released { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>Fails the flow it is armed in at one statement, as a node that is killed there.</summary>
public sealed class StatementKiller : DbCommandInterceptor
{
    private static readonly AsyncLocal<Countdown?> Armed = new();

    /// <summary>Fails the current flow at its n-th statement from now on.</summary>
    public static Countdown Arm(int statement) => Armed.Value = new() { Left = statement };

    /// <inheritdoc/>
    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        Count();
        return new(result);
    }

    /// <inheritdoc/>
    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Count();
        return new(result);
    }

    private static void Count()
    {
        if (Armed.Value is { } countdown && --countdown.Left == 0)
        {
            countdown.Fired = true;
            throw new KilledException();
        }
    }

    /// <summary>How many statements are left, and whether it came to the last.</summary>
    public sealed class Countdown
    {
        public int Left { get; set; }

        public bool Fired { get; set; }
    }
}

/// <summary>What <see cref="StatementKiller"/> throws.</summary>
public sealed class KilledException : Exception;
