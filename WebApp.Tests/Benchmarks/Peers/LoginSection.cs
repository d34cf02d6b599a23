using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Options;
using WebApp.Features.Passwords;

namespace WebApp.Tests.Benchmarks.Peers;

/// <summary>One login at a time over HTTP, beside the bare hash of the same work factor on the same core. ASP.NET Identity hashes differently, so its login only tells its time.</summary>
internal static class LoginSection
{
    private const int WorkFactor = 12;
    private const int MostWarmUps = 80;
    private const int CalmRounds = 8;
    private const string IdentityLogin = """{"email":"ready@example.org","password":"Copper-lantern-1"}""";

    public static async Task<Findings> RunAsync(Run run)
    {
        await using var app = await run.Scene.StartAsync(run.ServerCore);
        await using var identityServer = await Scene.StartPeerAsync(Published.Peers, "identity-api", run.ServerCore, Call.Json("/register", IdentityLogin));
        using var identity = identityServer.NewClient();
        using var ours = app.NewClient();
        var hasher = new PasswordHasher(Options.Create(new PasswordOptions { WorkFactor = WorkFactor }));
        var hash = hasher.Hash(run.Scene.User.Password);
        var login = JsonSerializer.Serialize(new { email = run.Scene.User.Email, password = run.Scene.User.Password });

        // Hashing has a lower priority than the runtime's compiler, which must have finished.
        await WarmUp.RunAsync(app, run.Cores, CalmRounds, MostWarmUps, async () =>
        {
            await TimeAsync(ours, "/api/v1/auth/login", login);
            await TimeAsync(identity, "/login", IdentityLogin);
            return 1;
        });

        List<double> bare = [], logins = [], identityLogins = [];
        for (var round = 0; round < run.Plan.Logins; round++)
        {
            var bareTime = Cores.RunOn(run.Cores.Server, () =>
            {
                var started = Stopwatch.GetTimestamp();
                hasher.Verify(hash, run.Scene.User.Password);
                return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            });
            var loginTime = await TimeAsync(ours, "/api/v1/auth/login", login);
            var identityTime = await TimeAsync(identity, "/login", IdentityLogin);
            bare.Add(bareTime);
            logins.Add(loginTime);
            identityLogins.Add(identityTime);
        }

        var ratio = Spread.OfRatios(logins, bare).Show("0.00");
        return new(
            FormattableString.Invariant($"""
                #### Login, one at a time

                | | ms | of the bare hash |
                |---|---|---|
                | bare hash, bcrypt work factor {WorkFactor} | {Spread.Of(bare).Show("0.0")} | 1 |
                | `/auth/login`, client included | {Spread.Of(logins).Show("0.0")} | {ratio} |
                | MapIdentityApi's `/login` (PBKDF2, 100 000 iterations) | {Spread.Of(identityLogins).Show("0.0")} | |

                """),
            [
                new("login over the bare hash", FormattableString.Invariant($"bare hash: {Spread.Of(bare).Median:0} ms"), FormattableString.Invariant($"{Spread.Of(logins).Median:0} ms"), ratio, "≤ 1.03"),
            ]);
    }

    private static async Task<double> TimeAsync(HttpClient http, string path, string body)
    {
        var started = Stopwatch.GetTimestamp();
        await Scene.PostAsync(http, path, body);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
