using System.Collections.Concurrent;
using Npgsql;

namespace WebApp.Platform.Http;

/// <summary>
/// What a request has spent before it was known whether it can be served: guesses, mails an hour, tries of a code. Where the request then fails for our
/// sake, as when the database goes away, all of it is given back: the request is as if it had not been made.
/// </summary>
/// <remarks>Spending is committed at once, apart from what it is spent on, or requests in parallel would spend the same.</remarks>
public static class Spendings
{
    private static readonly AsyncLocal<ConcurrentDictionary<object, Func<Task>>?> OfRequest = new();

    /// <summary>Notes something spent, and how it is given back.</summary>
    /// <param name="what">By which it is settled; any object of its own where it never is.</param>
    /// <param name="giveBack">Gives it back, on a connection of its own.</param>
    public static void Note(object what, Func<Task> giveBack) => OfRequest.Value?.TryAdd(what, giveBack);

    /// <summary>What it was spent on has happened, as where a wrong password was looked at: it is not given back, whatever follows.</summary>
    public static void Settle(object what) => OfRequest.Value?.TryRemove(what, out _);

    extension(WebApplication app)
    {
        /// <summary>Gives back what a failed request has spent. Nothing is spent by reading, so other methods than POST, PUT, PATCH and DELETE pass by.</summary>
        public void UseSpendings() => app.Use((context, next) =>
            HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) ? next(context) : WatchAsync(context, next));
    }

    private static async Task WatchAsync(HttpContext context, RequestDelegate next)
    {
        ConcurrentDictionary<object, Func<Task>> spent = new(ReferenceEqualityComparer.Instance);
        OfRequest.Value = spent;
        try
        {
            await next(context);
        }
        catch (Exception failure) when (!spent.IsEmpty && Failures.Sort(failure).Status >= StatusCodes.Status500InternalServerError && !context.RequestAborted.IsCancellationRequested)
        {
            await GiveBackAsync(spent.Values);
            throw;
        }
    }

    // A client that gave up waiting is given nothing back: it may have learnt from the time it took.
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
            // The database is away; the caller is told what failed first.
        }
    }
}
