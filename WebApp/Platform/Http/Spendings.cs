using Npgsql;

namespace WebApp.Platform.Http;

/// <summary>
/// The limits that a request has used before it was known whether it can be served: guesses, mails per hour, attempts at a code. If the request then fails
/// because of a server error, such as an unreachable database, all of it is refunded, as if the request had not been made.
/// </summary>
/// <remarks>Spending is committed at once, in its own transaction; otherwise parallel requests could spend the same permit.</remarks>
public static class Spendings
{
    private static readonly AsyncLocal<Spent?> OfRequest = new();

    /// <summary>Records something spent, and how to refund it.</summary>
    /// <param name="what">The key for <see cref="Settle"/>; any new object if it is never settled.</param>
    /// <param name="giveBack">Refunds it, on its own connection.</param>
    public static void Note(object what, Func<Task> giveBack) => OfRequest.Value?.Add(what, giveBack);

    /// <summary>Makes the spending final, for example after a wrong password was checked: it is not refunded, whatever happens later.</summary>
    public static void Settle(object what) => OfRequest.Value?.Remove(what);

    extension(WebApplication app)
    {
        /// <summary>Refunds what a failed request has spent. Reading spends nothing, so GET and HEAD are not watched.</summary>
        public void UseSpendings() => app.Use((context, next) =>
            HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) ? next(context) : WatchAsync(context, next));
    }

    private static async Task WatchAsync(HttpContext context, RequestDelegate next)
    {
        Spent spent = new();
        OfRequest.Value = spent;
        try
        {
            await next(context);
        }
        catch (Exception failure) when (spent.Any && Failures.Sort(failure).Status >= StatusCodes.Status500InternalServerError && !context.RequestAborted.IsCancellationRequested)
        {
            await GiveBackAsync(spent.All);
            throw;
        }
    }

    // If the client disconnected, nothing is refunded: it may have learnt something from the response time.
    private static async Task GiveBackAsync(IEnumerable<Func<Task>> spent)
    {
        try
        {
            foreach (var giveBack in spent)
            {
                await giveBack();
            }
        }
        catch (Exception fault) when (fault is NpgsqlException or TimeoutException or InvalidOperationException)
        {
            // The database is unreachable; the client gets the original failure.
        }
    }

    // Most requests spend nothing, so the dictionary is created by the first that does.
    private sealed class Spent
    {
        private readonly Lock gate = new();
        private Dictionary<object, Func<Task>>? byKey;

        public bool Any
        {
            get
            {
                lock (gate)
                {
                    return byKey is { Count: > 0 };
                }
            }
        }

        public Func<Task>[] All
        {
            get
            {
                lock (gate)
                {
                    return byKey is null ? [] : [.. byKey.Values];
                }
            }
        }

        public void Add(object what, Func<Task> giveBack)
        {
            lock (gate)
            {
                (byKey ??= new(ReferenceEqualityComparer.Instance)).TryAdd(what, giveBack);
            }
        }

        public void Remove(object what)
        {
            lock (gate)
            {
                byKey?.Remove(what);
            }
        }
    }
}
