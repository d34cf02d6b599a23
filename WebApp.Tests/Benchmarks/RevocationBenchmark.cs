using System.Diagnostics;
using System.Globalization;
using System.Text;
using WebApp.Tests.Support;

namespace WebApp.Tests.Benchmarks;

/// <summary>How long a session that was ended on one node is still accepted on another, which answers calls all the while. Wanted: less than a second.</summary>
internal static class RevocationBenchmark
{
    private const int Rounds = 100;

    public static async Task RunAsync(TextWriter output)
    {
        await using var here = await TestApp.StartAsync(settings: Quiet.Setting);
        await using var other = await AppProcess.StartAsync(here.ConnectionString, $"Tokens__Issuer={here.BaseAddress.GetLeftPart(UriPartial.Authority)}");
        using var http = other.NewClient();
        var (api, elsewhere, user) = (new ApiClient(here), new ApiClient(http), await here.CreateUserAsync());

        output.WriteLine("| the other node | median | 95 % | longest |");
        output.WriteLine("|---|---|---|---|");
        Report(output, "idle", await MeasureAsync(api, elsewhere, user));

        var token = (await api.LoginAsync(await here.CreateUserAsync())).Access;
        var request = Encoding.ASCII.GetBytes($"GET /api/v1/me HTTP/1.1\r\nHost: {other.BaseAddress.Authority}\r\nAuthorization: Bearer {token}\r\n\r\n");
        var load = Load.Repeating(other.BaseAddress, request);
        using var done = new CancellationTokenSource();
        var calls = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                await load.RunAsync(TimeSpan.FromSeconds(1));
            }
        });
        Report(output, "under full load of `GET /me`", await MeasureAsync(api, elsewhere, user));
        await done.CancelAsync();
        await calls;
    }

    private static async Task<TimeSpan[]> MeasureAsync(ApiClient here, ApiClient other, TestUser user)
    {
        var lags = new TimeSpan[Rounds];
        for (var round = 0; round < Rounds; round++)
        {
            var tokens = await here.LoginAsync(user);
            Accepted(await other.GetAsync("/me", tokens.Access));
            await here.PostAsync("/auth/logout", null, tokens.Access);
            var since = Stopwatch.GetTimestamp();
            while ((await other.GetAsync("/me", tokens.Access)).Code != "token_revoked")
            {
            }

            lags[round] = Stopwatch.GetElapsedTime(since);
        }

        return [.. lags.Order()];
    }

    private static void Accepted(Answer answer)
    {
        if ((int)answer.Status != 200)
        {
            throw new InvalidOperationException(answer.Body);
        }
    }

    private static void Report(TextWriter output, string state, TimeSpan[] lags) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"| {state} | {lags[Rounds / 2].TotalMilliseconds:0.0} ms | {lags[Rounds * 95 / 100].TotalMilliseconds:0.0} ms | {lags[^1].TotalMilliseconds:0.0} ms |"));
}
