using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WebApp.Platform.Workers;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Lockout;

/// <summary>People without an account write to a known number of tables, each of which has a bound.</summary>
public sealed class BoundedGrowthTests() : OwnApp(
    "Protection:AnonymousEventsPerHour=60", $"ExternalLogins:0:Authority={Provider.Issuer}", "ExternalLogins:0:Name=scripted", "ExternalLogins:0:ClientId=site", "ExternalLogins:0:ClientSecret=secret")
{
    private const string Password = "Copper lantern over the 7 hills!";
    private static readonly ScriptedProvider Provider = new();

    private const int Networks = 20;
    private const int Rounds = 30;

    [Test]
    public async Task Every_table_that_strangers_write_to_is_in_the_list_of_bounds_and_empties_again()
    {
        using var party = await OidcClient.CreateAsync(App, OidcClient.Settings with { IsPublic = true });
        var before = await CountAsync();
        var requests = 0;
        await Parallel.ForEachAsync(Enumerable.Range(100, Networks), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (place, _) =>
        {
            using var http = App.NewClient($"127.0.{place}.1");
            var api = new ApiClient(http);
            for (var round = 0; round < Rounds; round++)
            {
                await RequestsAsync(api, place, round);
                Interlocked.Add(ref requests, 9);
            }
        });

        using var stranger = new PageClient(App);
        for (var round = 0; round < Rounds; round++)
        {
            await BrowserRequestsAsync(stranger, party.ClientId);
            requests += 3;
        }

        var grown = (await CountAsync()).Where(table => table.Value > before[table.Key]).ToDictionary(table => table.Key, table => table.Value - before[table.Key]);
        TestContext.Out.WriteLine($"{requests} requests: {string.Join(", ", grown.Select(table => $"{table.Key} +{table.Value}"))}");
        var listed = await File.ReadAllTextAsync(Path.Combine(TestApp.ContentRoot, "..", "docs", "operations.md"));
        using (Assert.EnterMultipleScope())
        {
            foreach (var (table, rows) in grown)
            {
                Assert.That(listed, Does.Contain($"| `{table}` |"), "docs/operations.md lists the bounds");
                Assert.That(rows, Is.LessThan(3 * requests), table);
            }

            Assert.That(grown["security_events"], Is.LessThan(60 + 20 + Networks), "sixty an hour, one for each doubling, and one alert for each network");
        }

        // Three days later nothing of it is left but events, sent mail, counts of guesses and figures, which have bounds of their own, and a row for each recurring work.
        App.Clock.Advance(TimeSpan.FromDays(3));
        await PruneAsync();
        var left = (await CountAsync()).Where(table => table.Value > before[table.Key]).Select(table => table.Key);
        Assert.That(left, Is.SubsetOf(["security_events", "outbox_messages", "sign_in_guesses", "alerts", "metric_minutes", "metric_spans", "due_work"]));
    }

    [Test]
    public async Task A_table_holds_no_more_rows_than_it_may_and_keeps_the_newest()
    {
        await App.QueryAsync<object>(
            """
            INSERT INTO registrations (id, email, normalized_email, password_hash, token_hash, code_hash, code_tries, browser_code_tries, guess_points, device, created_at, expires_at)
            SELECT gen_random_uuid(), n || '@cap.example', n || '@CAP.EXAMPLE', 'x', decode(lpad(n::text, 8, '0'), 'hex'), '', 0, 0, 0, 'x', $1, $1 + interval '1 day' + n * interval '1 millisecond'
            FROM generate_series(1, 100050) n
            """,
            App.Clock.GetUtcNow());
        await PruneAsync();
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM registrations"), Is.EqualTo(100_000));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM registrations WHERE email = '100050@cap.example'"), Is.EqualTo(1));
        await App.QueryAsync<object>("DELETE FROM registrations");
    }

    private static async Task RequestsAsync(ApiClient api, int place, int round)
    {
        var email = $"nobody-{place}-{round}@example.org";
        await api.PostAsync("/auth/login", new { email, password = Password });
        await api.PostAsync("/auth/register", new { email, password = Password });
        await api.PostAsync("/auth/confirm-email", new { token = email, password = Password });
        await api.PostAsync("/auth/confirm-email", new { email, code = "00000000", password = Password });
        await api.PostAsync("/auth/forgot-password", new { email });
        await api.PostAsync("/auth/reset-password", new { token = email, new_password = Password });
        await api.PostAsync("/auth/refresh", new { refresh_token = email });
        await api.PostAsync("/auth/device", new { client_name = email });
        await api.PostAsync("/auth/bootstrap", new { method = "usernamepassword", username = email, password = Password });
    }

    // An outside provider, a passkey, and a pushed request in the name of a public application.
    private static async Task BrowserRequestsAsync(PageClient stranger, string application)
    {
        await stranger.GetAsync("/login");
        await stranger.PostWithTokenAsync("/login/external/scripted");
        await stranger.PostWithTokenAsync("/passkeys/options", ("Purpose", "sign-in"));
        await stranger.PostAsync("/connect/par", ("client_id", application), ("redirect_uri", OidcClient.Callback), ("response_type", "code"), ("code_challenge", OidcClient.NewVerifier()), ("code_challenge_method", "S256"));
    }

    private async Task<Dictionary<string, long>> CountAsync()
    {
        Dictionary<string, long> counts = [];
        foreach (var table in (await App.QueryAsync<string[]>("SELECT array_agg(tablename::text ORDER BY tablename) FROM pg_tables WHERE schemaname = 'public'"))!)
        {
            counts[table] = await App.QueryAsync<long>(string.Create(CultureInfo.InvariantCulture, $"SELECT count(*) FROM \"{table}\""));
        }

        return counts;
    }

    private Task PruneAsync() => App.Services.GetServices<IHostedService>().OfType<PruneWorker>().Single().RunAsync(CancellationToken.None);
}
