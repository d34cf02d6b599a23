using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Tokens;
using WebApp.Platform.Workers;
using WebApp.Tests.Features.Audit;
using WebApp.Tests.Support;

namespace WebApp.Tests.Benchmarks;

/// <summary>
/// How the cost of calls, pages and recurring work grows with the number of users: one database that grows tenfold at each step (<see cref="ScaleData"/>).
/// Each figure of a call is the median time of a request, client included, one at a time.
/// </summary>
internal static class ScaleBenchmark
{
    private const int Repeats = 15;
    private const int WarmUps = 5;
    private const int Sealings = 5;
    private const int SealedAtOnce = 1000;
    private const double Mebibyte = 1024 * 1024;

    private static readonly int[] Sizes = [10_000, 100_000, 1_000_000];

    public static async Task RunAsync(TextWriter output)
    {
        var database = await TestServer.NewDatabaseAsync();
        var columns = new List<IReadOnlyList<(string Path, double Milliseconds)>>();
        var before = 0;
        await using (await TestApp.StartAsync(database, settings: Quiet.Setting))
        {
            // Begins the audit chain; the rows that follow come before it.
        }

        foreach (var size in Sizes)
        {
            await ScaleData.GrowAsync(database, before + 1, size);
            columns.Add(await MeasureAsync(database, size));
            before = size;
        }

        await output.WriteLineAsync($"| ms | {string.Join(" | ", Sizes.Select(size => size.ToString("N0", CultureInfo.InvariantCulture) + " users"))} | last / first |");
        await output.WriteLineAsync($"|---|{string.Concat(Sizes.Select(_ => "---|"))}---|");
        foreach (var (index, (path, first)) in columns[0].Index())
        {
            var times = columns.Select(column => column[index].Milliseconds).ToArray();
            await output.WriteLineAsync($"| {path} | {string.Join(" | ", times.Select(time => time.ToString("0.0", CultureInfo.InvariantCulture)))} | {(times[^1] / first).ToString("0.0", CultureInfo.InvariantCulture)} |");
        }

        await output.WriteLineAsync($"\nA row with its index entries: {await ScaleData.RowSizesAsync(database)}.");
    }

    private static async Task<IReadOnlyList<(string Path, double Milliseconds)>> MeasureAsync(string database, int size)
    {
        var start = Stopwatch.GetTimestamp();
        await using var scene = await AuditScene.StartAsync(database, Quiet.Setting);
        var app = scene.App;
        List<(string, double)> found = [("start of a node", Stopwatch.GetElapsedTime(start).TotalMilliseconds)];
        var api = new ApiClient(app);
        var admin = await app.CreateAdminAsync();
        using var browser = await PageClient.SignInAsync(app, admin);
        var user = await app.CreateUserAsync();
        var tokens = await api.LoginAsync(user);
        var somebody = await app.QueryAsync<Guid>($"SELECT md5('user{size / 2}')::uuid");

        found.Add(("`POST /auth/login`, work factor 4", await MedianAsync(() => api.LoginAsync(user))));
        found.Add(("`POST /auth/refresh`", await MedianAsync(async () => tokens = (await api.PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh })).Tokens)));
        foreach (var path in new[] { "/me", "/sessions", "/events" })
        {
            found.Add(($"`GET {path}`", await MedianAsync(async () => Expect((await api.GetAsync(path, tokens.Access)).Status))));
        }

        foreach (var path in new[]
        {
            "/account", "/account/sessions", "/account/activity", "/admin", "/admin/users", "/admin/users?page=50", "/admin/users?sort=-created_at", $"/admin/users?query=person{size / 3}", "/admin/users?query=nobody-at-all",
            $"/admin/users?query=10.0.3.7", "/admin/users?state=locked", "/admin/users?role=admin", "/admin/users/{id}", "/admin/audit", "/admin/audit?Kind=sign_in_failed", "/admin/audit?Ip=10.0.3.0/24",
            "/admin/groups", "/admin/roles", "/admin/outbox", "/admin/applications", "/admin/settings", "/admin/keys", "/admin/policy",
        })
        {
            found.Add(($"`{path.Replace($"person{size / 3}", "person…", StringComparison.Ordinal)}`", await MedianAsync(async () => Expect((await browser.GetAsync(path.Replace("{id}", somebody.ToString(), StringComparison.Ordinal))).Status))));
        }

        found.Add(("revocation list at the start of a node", await MedianAsync(() => app.Services.GetRequiredService<Revocations>().LoadAsync(CancellationToken.None))));
        found.Add(($"sealing {SealedAtOnce.ToString("N0", CultureInfo.InvariantCulture)} events", await SealAsync(scene)));
        var prune = app.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<PruneWorker>().Single();
        found.Add(("pruning with nothing to prune", await MedianAsync(() => prune.RunAsync(CancellationToken.None))));

        await using var node = await AppProcess.StartAsync(database);
        found.Add(("memory of a node that has started, MiB", node.ResidentBytes / Mebibyte));
        return found;
    }

    private static async Task<double> SealAsync(AuditScene scene)
    {
        await scene.SealAsync();
        List<double> times = [];
        for (var n = 0; n < Sealings; n++)
        {
            await AuditBenchmark.StoreAsync(scene, SealedAtOnce);
            var start = Stopwatch.GetTimestamp();
            Assert.That(await scene.SealAsync(), Is.EqualTo(SealedAtOnce));
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return times.Order().ElementAt(Sealings / 2);
    }

    private static void Expect(HttpStatusCode status)
    {
        if (status != HttpStatusCode.OK)
        {
            throw new InvalidOperationException($"{(int)status}");
        }
    }

    private static async Task<double> MedianAsync(Func<Task> call)
    {
        List<double> times = [];
        for (var n = -WarmUps; n < Repeats; n++)
        {
            var start = Stopwatch.GetTimestamp();
            await call();
            if (n >= 0)
            {
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }

        times.Sort();
        return times[Repeats / 2];
    }
}
