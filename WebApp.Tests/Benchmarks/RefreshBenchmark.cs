using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Tokens;
using WebApp.Platform.Http.Client;
using WebApp.Tests.Support;

namespace WebApp.Tests.Benchmarks;

/// <summary>
/// Refreshes of different sessions side by side, over HTTP and by the service alone, beside a bare UPDATE of the same rows on the same
/// pool; and how many statements each refresh sent.
/// </summary>
internal static class RefreshBenchmark
{
    private const int Rounds = 9;
    private const int Sessions = 16;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    private const string BareSql = """
        UPDATE sessions SET refresh_seq = refresh_seq + 1, refresh_rotated_at = now(), last_seen_at = now()
        WHERE id = $1 RETURNING refresh_seq
        """;

    public static async Task RunAsync(TextWriter output)
    {
        await using var app = await TestApp.StartAsync(settings: Quiet.Setting);
        using var http = app.NewClient();
        var api = new ApiClient(http);
        var user = await app.CreateUserAsync();
        var tokens = await OpenAsync(api, user);
        var bareRows = await OpenAsync(api, user);

        async Task OverHttp(int n) => tokens[n] = (await api.PostAsync("/auth/refresh", new { refresh_token = tokens[n].Refresh })).Tokens;

        async Task ByService(int n)
        {
            await using var scope = app.Services.CreateAsyncScope();
            var result = await scope.ServiceProvider.GetRequiredService<RefreshTokenService>()
                .RefreshAsync(tokens[n].Refresh, new ClientInfo(null, null), CancellationToken.None);
            tokens[n] = tokens[n] with { Refresh = ((RefreshResult.Refreshed)result).Tokens.RefreshToken! };
        }

        async Task Bare(int n)
        {
            await using var command = app.Database.CreateCommand(BareSql);
            command.Parameters.Add(new() { Value = bareRows[n].SessionId });
            await command.ExecuteScalarAsync();
        }

        List<(double Bare, double Service, double Http)> rounds = [];
        for (var round = -3; round < Rounds; round++)
        {
            var rates = (await RateAsync(Bare), await RateAsync(ByService), await RateAsync(OverHttp));
            if (round >= 0)
            {
                rounds.Add(rates);
            }
        }

        output.WriteLine($"POST /api/v1/auth/refresh ({Sessions} side by side, median of {Rounds} rounds)");
        Print(output, "bare UPDATE", rounds.Select(r => r.Bare), rounds);
        Print(output, "service alone", rounds.Select(r => r.Service), rounds);
        Print(output, "over HTTP", rounds.Select(r => r.Http), rounds);
        var statements = await StatementCounter.OfAsync(app, HttpMethod.Post, "/api/v1/auth/refresh", new { refresh_token = tokens[0].Refresh });
        output.WriteLine($"  statements a refresh: {statements.Count}");
    }

    // One after another: of the right passwords of one account, only so many are looked at at once.
    private static async Task<Support.ApiTokens[]> OpenAsync(ApiClient api, TestUser user)
    {
        var tokens = new Support.ApiTokens[Sessions];
        for (var n = 0; n < Sessions; n++)
        {
            tokens[n] = await api.LoginAsync(user);
        }

        return tokens;
    }

    private static async Task<double> RateAsync(Func<int, Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, Sessions).Select(n => Task.Run(async () =>
        {
            var count = 0;
            for (; Stopwatch.GetElapsedTime(started) < Round; count++)
            {
                await work(n);
            }

            return count;
        })));
        return counts.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static void Print(TextWriter output, string name, IEnumerable<double> rates, List<(double Bare, double Service, double Http)> rounds)
    {
        var all = rates.ToArray();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {name,-14} {Median(all),7:0} /s  {Median(all.Zip(rounds, (rate, round) => rate / round.Bare)),5:0.00} x"));
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);
}
