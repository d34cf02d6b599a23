using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Npgsql;
using WebApp.Tests.Support;

namespace WebApp.Tests.Outages;

/// <summary>
/// Three nodes behind nginx on a primary with a standby. The primary is killed under load and the standby promoted: what was answered is there, and what was
/// revoked stays so.
/// </summary>
[NonParallelizable] // What it measures is how soon it is answered.
[Platform(Include = "Linux", Reason = "Kills the server's processes with signals.")]
public sealed class FailoverTests
{
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(5);

    // The longest that a node may not know of a revocation on another.
    private static readonly TimeSpan Announced = TimeSpan.FromSeconds(1);

    [Test]
    public async Task With_a_synchronous_standby_no_answered_write_is_lost_and_no_revoked_token_passes()
    {
        await using var site = await Site.StartAsync(isSynchronous: true);
        var (load, outage) = await FailOverAsync(site);
        var lost = await load.FindLostAsync(site);

        Report("synchronous", load, lost, outage);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lost, Is.Empty);
            Assert.That(load.RevokedAccepted, Is.Empty);
            Assert.That(load.Unexpected, Is.Empty);
            Assert.That(load.Writes, Is.GreaterThan(20), "there was load");
        }
    }

    [Test]
    public async Task With_an_asynchronous_standby_it_comes_back_as_soon_without_what_the_standby_had_not_received()
    {
        await using var site = await Site.StartAsync(isSynchronous: false);
        var (load, outage) = await FailOverAsync(site, async load =>
        {
            // A standby that has fallen behind: it receives nothing more, and the primary answers all the same.
            await site.Standby.QueryAsync("ALTER SYSTEM SET primary_conninfo = ''");
            await site.Standby.QueryAsync("SELECT pg_reload_conf()");
            await Patience.UntilAsync(async () => await site.Primary.QueryAsync("SELECT count(*) FROM pg_stat_replication") is 0L);
            var (writes, since) = (load.Writes, Stopwatch.GetTimestamp());
            await load.AnsweredAsync(10);
            TestContext.Out.WriteLine($"the standby was behind by {Stopwatch.GetElapsedTime(since).TotalSeconds:0.00} s, in which {load.Writes - writes} writes were answered");
        });
        var lost = await load.FindLostAsync(site);

        Report("asynchronous", load, lost, outage);
        Assert.That(lost, Is.Not.Empty, "this is what asynchronous replication costs, or the test would not see a loss");
    }

    private static void Report(string replication, Load load, IReadOnlyCollection<string> lost, TimeSpan outage) => TestContext.Out.WriteLine(
        $"{replication}: {load.Writes} answered writes, {lost.Count} of them lost; {load.Unavailable} answers 503; revoked tokens accepted: {load.RevokedAccepted.Count}; "
        + $"longest time without an answered login: {load.LongestGap.TotalSeconds:0.00} s, of that after the promotion {outage.TotalSeconds:0.00} s");

    private static async Task<(Load Load, TimeSpan Outage)> FailOverAsync(Site site, Func<Load, Task>? prepare = null)
    {
        var load = new Load(site);
        await load.BeginAsync();
        await load.AnsweredAsync(30);
        await (prepare?.Invoke(load) ?? Task.CompletedTask);
        await site.Primary.KillAsync();
        await site.Standby.QueryAsync("SELECT pg_promote()"); // Returns when it is done.
        var promoted = Stopwatch.GetTimestamp();
        var before = load.Logins;
        await Patience.UntilAsync(() => Task.FromResult(load.Logins > before));
        await Task.WhenAll(site.Nodes.Select(async node =>
        {
            using var http = node.NewClient();
            var api = new ApiClient(http);
            await Patience.UntilAsync(async () => (await api.GetAsync("/sessions", site.Tokens.Access)).Status == HttpStatusCode.OK);
        }));

        var outage = Stopwatch.GetElapsedTime(promoted);
        Assert.That(outage, Is.LessThan(Recovery), "every node asks the promoted server soon after the promotion, and people sign in");
        await load.AnsweredAsync(30);
        await load.EndAsync();
        return (load, outage);
    }

    /// <summary>Two servers, three nodes, and nginx before them.</summary>
    private sealed class Site(PostgresCluster primary, PostgresCluster standby, TestApp[] nodes, Nginx proxy, ApiTokens tokens) : IAsyncDisposable
    {
        public PostgresCluster Primary => primary;

        public PostgresCluster Standby => standby;

        public TestApp[] Nodes => nodes;

        /// <summary>Of a session that nothing happens to.</summary>
        public ApiTokens Tokens => tokens;

        public Uri Address => proxy.Address;

        public static async Task<Site> StartAsync(bool isSynchronous)
        {
            var primary = await PostgresCluster.StartAsync();
            var standby = await primary.StartStandbyAsync("standby");
            if (isSynchronous)
            {
                await primary.QueryAsync("ALTER SYSTEM SET synchronous_standby_names = 'standby'");
                await primary.QueryAsync("SELECT pg_reload_conf()");
                await Patience.UntilAsync(async () => await primary.QueryAsync("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") is 1L);
            }

            var database = $"Host=127.0.0.1:{primary.Port},127.0.0.1:{standby.Port};Target Session Attributes=primary;Username=webapp;Database=webapp;SSL Mode=Disable;GSS Encryption Mode=Disable";
            List<TestApp> nodes = [];
            for (var i = 0; i < 3; i++)
            {
                nodes.Add(await TestApp.StartAsync(database, settings: "Tokens:Issuer=http://site.example.org"));
            }

            var port = TestApp.FreePort();
            var proxy = await Nginx.StartAsync(port, $$"""
                upstream nodes { {{string.Concat(nodes.Select(node => $"server {node.BaseAddress.Authority} max_fails=0; "))}}}
                server { listen 127.0.0.1:{{port}}; location / { proxy_pass http://nodes; proxy_next_upstream off; proxy_set_header Host $host; } }
                """);
            return new(primary, standby, [.. nodes], proxy, await new ApiClient(nodes[0]).LoginAsync(await nodes[0].CreateUserAsync()));
        }

        public async ValueTask DisposeAsync()
        {
            await proxy.DisposeAsync();
            foreach (var node in nodes)
            {
                await node.DisposeAsync();
            }

            await standby.DisposeAsync();
            await primary.DisposeAsync();
        }
    }

    /// <summary>Clients that sign in, refresh, look at themselves and sign out, each as fast as it is answered.</summary>
    private sealed class Load(Site site)
    {
        private const int Clients = 6;

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
        public async Task<IReadOnlyCollection<string>> FindLostAsync(Site at)
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

        private async Task<ApiAnswer?> AnsweredAsync(Func<Task<ApiAnswer>> ask, HttpStatusCode expected)
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
