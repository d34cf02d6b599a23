using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Npgsql;
using WebApp.Tests.Support;

namespace WebApp.Tests.Outages;

/// <summary>Clients that sign in, refresh, look at themselves and sign out, each as fast as it is answered.</summary>
internal sealed class FailoverLoad(FailoverSite site)
{
    private const int Clients = 6;

    // The longest that a node may not know of a revocation on another.
    private static readonly TimeSpan Announced = TimeSpan.FromSeconds(1);

    private readonly ConcurrentBag<Visit> visits = [];
    private readonly CancellationTokenSource end = new();
    private readonly Lock turn = new();
    private Task[] clients = [];
    private long lastLogin;
    private int logins;
    private int unavailable;

    public int Logins => Volatile.Read(ref logins);

    public int Unavailable => unavailable;

    public TimeSpan LongestGap { get; private set; }

    /// <summary>Answers that are neither right nor 503.</summary>
    public ConcurrentBag<string> Unexpected { get; } = [];

    /// <summary>Tokens that passed more than a second after the answer that their session had ended.</summary>
    public ConcurrentBag<Guid> RevokedAccepted { get; } = [];

    public int Writes => visits.Sum(visit => visit.Writes);

    public async Task BeginAsync()
    {
        var users = new List<TestUser>();
        for (var i = 0; i < Clients; i++)
        {
            users.Add(await site.Nodes[0].CreateUserAsync());
        }

        lastLogin = Stopwatch.GetTimestamp();
        clients = [.. users.Select(user => Task.Run(() => VisitAsync(user)))];
    }

    public Task AnsweredAsync(int more)
    {
        var before = Logins;
        return Patience.UntilAsync(() => Task.FromResult(Logins >= before + more));
    }

    public async Task EndAsync()
    {
        await end.CancelAsync();
        await Task.WhenAll(clients);
    }

    /// <summary>Answered writes that the promoted server does not know, and ended sessions whose tokens pass on some node.</summary>
    public async Task<IReadOnlyCollection<string>> FindLostAsync(FailoverSite at)
    {
        List<string> lost = [];
        ApiClient[] nodes = [.. at.Nodes.Select(node => new ApiClient(node))];
        await using var source = NpgsqlDataSource.Create(at.Standby.AppConnectionString);
        foreach (var visit in visits)
        {
            await using var ask = source.CreateCommand("SELECT refresh_seq, revoked_at IS NOT NULL FROM sessions WHERE id = $1");
            ask.Parameters.Add(new() { Value = visit.Tokens.SessionId });
            await using var row = await ask.ExecuteReaderAsync();
            if (!await row.ReadAsync())
            {
                lost.AddRange(Enumerable.Repeat($"session {visit.Tokens.SessionId}", visit.Writes)); // And all that was answered of it.
            }
            else if (Convert.ToInt64(row.GetValue(0), System.Globalization.CultureInfo.InvariantCulture) < visit.Refreshes)
            {
                lost.Add($"refresh {visit.Tokens.SessionId}");
            }
            else if (visit.IsEnded && !row.GetBoolean(1))
            {
                lost.Add($"logout {visit.Tokens.SessionId}");
            }
            else if (visit.IsEnded)
            {
                foreach (var node in nodes)
                {
                    if ((await node.GetAsync("/me", visit.Tokens.Access)).Code != "token_revoked")
                    {
                        RevokedAccepted.Add(visit.Tokens.SessionId);
                    }
                }
            }
        }

        return lost;
    }

    private async Task VisitAsync(TestUser user)
    {
        using var http = new HttpClient { BaseAddress = site.Address };
        var api = new ApiClient(http);
        Visit? ended = null;
        while (!end.IsCancellationRequested)
        {
            if (await AnsweredAsync(() => api.PostAsync("/auth/login", new { email = user.Email, password = user.Password }), HttpStatusCode.OK) is not { } signedIn)
            {
                continue;
            }

            NoteLogin();
            var visit = new Visit(signedIn.Tokens);
            visits.Add(visit);
            if (await AnsweredAsync(() => api.PostAsync("/auth/refresh", new { refresh_token = visit.Tokens.Refresh }), HttpStatusCode.OK) is { } refreshed)
            {
                visit.Refreshes++;
                visit.Tokens = refreshed.Tokens;
            }

            await AnsweredAsync(() => api.GetAsync("/me", visit.Tokens.Access), HttpStatusCode.OK);
            if (ended is { EndedAt: var at } && Stopwatch.GetElapsedTime(at) > Announced && (await api.GetAsync("/me", ended.Tokens.Access)).Status == HttpStatusCode.OK)
            {
                RevokedAccepted.Add(ended.Tokens.SessionId);
            }

            if (await AnsweredAsync(() => api.PostAsync("/auth/logout", null, visit.Tokens.Access), HttpStatusCode.NoContent) is not null)
            {
                visit.EndedAt = Stopwatch.GetTimestamp();
                ended = ended is { EndedAt: var since } && Stopwatch.GetElapsedTime(since) < Announced ? ended : visit;
            }
        }
    }

    private async Task<Answer?> AnsweredAsync(Func<Task<Answer>> ask, HttpStatusCode expected)
    {
        var answer = await ask();
        if (answer.Status == expected)
        {
            return answer;
        }

        Interlocked.Increment(ref unavailable);
        if (answer.Status != HttpStatusCode.ServiceUnavailable)
        {
            Unexpected.Add($"{(int)answer.Status} {answer.Code}");
        }

        await Task.Delay(20); // Not a tight loop while all is 503.
        return null;
    }

    private void NoteLogin()
    {
        lock (turn)
        {
            var now = Stopwatch.GetTimestamp();
            var gap = Stopwatch.GetElapsedTime(lastLogin, now);
            LongestGap = gap > LongestGap ? gap : LongestGap;
            lastLogin = now;
            logins++;
        }
    }

    private sealed class Visit(ApiTokens tokens)
    {
        public ApiTokens Tokens { get; set; } = tokens;

        public int Refreshes { get; set; }

        public long EndedAt { get; set; }

        public bool IsEnded => EndedAt != 0;

        public int Writes => 1 + Refreshes + (IsEnded ? 1 : 0);
    }
}
