using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Passwords;
using WebApp.Tests.Support;

namespace WebApp.Tests.Benchmarks;

/// <summary>One login at a time over HTTP, beside the bare hash of the same password in the same process: what all that is not the hash adds.</summary>
internal static class LoginBenchmark
{
    private const int Rounds = 15;
    private const string WorkFactor = "12";

    public static async Task RunAsync(TextWriter output)
    {
        await using var app = await TestApp.StartAsync(settings: [$"Password:WorkFactor={WorkFactor}", Quiet.Setting]);
        var user = await app.CreateUserAsync();
        var hasher = app.Services.GetRequiredService<PasswordHasher>();
        var hashing = app.Services.GetRequiredService<PasswordHashing>();
        var hash = hasher.Hash(user.Password);
        using var http = app.NewClient();
        var api = new ApiClient(http);
        await api.LoginAsync(user);

        List<(Cost Bare, Cost Queued, Cost Login)> rounds = [];
        for (var round = 0; round < Rounds; round++)
        {
            rounds.Add((
                await TakeAsync(() => Task.FromResult(hasher.Verify(hash, user.Password))),
                await TakeAsync(() => hashing.VerifyAsync(hash, user.Password, CancellationToken.None)),
                await TakeAsync(() => api.LoginAsync(user))));
        }

        output.WriteLine($"POST /api/v1/auth/login, work factor {WorkFactor} (median of {Rounds} rounds; time, then processor time of client and application)");
        Print(output, "bare hash", rounds.Select(r => r.Bare), rounds);
        Print(output, "through the queue", rounds.Select(r => r.Queued), rounds);
        Print(output, "login", rounds.Select(r => r.Login), rounds);
    }

    private static async Task<Cost> TakeAsync<T>(Func<Task<T>> work)
    {
        var (started, used) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        await work();
        return new(Stopwatch.GetElapsedTime(started).TotalMilliseconds, (Environment.CpuUsage.TotalTime - used).TotalMilliseconds);
    }

    private static void Print(TextWriter output, string name, IEnumerable<Cost> costs, List<(Cost Bare, Cost Queued, Cost Login)> rounds)
    {
        var all = costs.ToArray();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {name,-18} {Median(all.Select(c => c.Elapsed)),7:0.0} ms {Median(all.Zip(rounds, (c, r) => c.Elapsed / r.Bare.Elapsed)),6:0.00} x"
            + $"  {Median(all.Select(c => c.Processor)),7:0.0} ms {Median(all.Zip(rounds, (c, r) => c.Processor / r.Bare.Processor)),6:0.00} x"));
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

    private readonly record struct Cost(double Elapsed, double Processor);
}
