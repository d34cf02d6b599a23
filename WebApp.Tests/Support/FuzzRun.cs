using System.Diagnostics;
using System.Text;

namespace WebApp.Tests.Support;

/// <summary>
/// Random requests at every way into an application: bodies, forms, queries, cookies, headers and broken HTTP, signed in as a user, as an administrator and
/// not. The same seed sends the same. It ends at the first failure of the application's own, or the first error in its log.
/// </summary>
public sealed class FuzzRun(TestApp app, LogBook book, int seed)
{
    private const int Senders = 8;

    // Signing out and changing passwords are among the inputs: after so many requests a sender goes on with new accounts.
    private const int RequestsPerScene = 60;

    // The Development mailbox shows all mail there is, and takes no input.
    private readonly WayIn[] ways = [.. WayIn.All(app).Concat(WayIn.OfProvider).Where(way => way.Route is not ("dev/mailbox" or "dev/mailbox.json"))];
    /// <summary>Settings with everything turned on that is off as shipped. One sender is at the address of a trusted proxy.</summary>
    public static string[] Settings { get; } =
    [
        .. ScriptedProvider.Unreachable,
        "Proxy:Trusted=127.1.0.0/16", "ProxyAuth:Enabled=true", "ProxyAuth:Provision=true", "ForwardAuth:Sites:0=https://wiki.example.org",
    ];

    private readonly string[] underWay = new string[Senders];
    private readonly CancellationTokenSource end = new();
    private string? failure;

    /// <summary>Sends about so many.</summary>
    public async Task<FuzzReport> SendAsync(int requests)
    {
        var since = Stopwatch.GetTimestamp();
        var tallies = await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(() => SendAsync(sender, requests / Senders))));
        var statuses = tallies.SelectMany(tally => tally).GroupBy(pair => pair.Key, pair => pair.Value).OrderBy(group => group.Key).ToDictionary(group => group.Key, group => group.Sum());
        return new(statuses, Stopwatch.GetElapsedTime(since), failure);
    }

    private async Task<Dictionary<int, int>> SendAsync(int sender, int requests)
    {
        var random = new Random(seed + sender);
        var noise = new Noise(random);
        var tally = new Dictionary<int, int>();
        for (var i = 0; i < requests && !end.IsCancellationRequested;)
        {
            // Each scene is another client, at an address of its own.
            using var http = app.NewClient($"127.{1 + sender}.{i / RequestsPerScene / 250 % 250}.{1 + i / RequestsPerScene % 250}");
            var scene = await FuzzScene.NewAsync(app, asAdministrator: random.Next(3) == 0);
            for (var stop = Math.Min(requests, i + RequestsPerScene); i < stop && !end.IsCancellationRequested; i++)
            {
                var status = random.Next(20) == 0
                    ? await SendBrokenAsync(sender, i, new BrokenHttp(app.BaseAddress, noise, random).Next(ways[random.Next(ways.Length)]))
                    : await SendAsync(sender, i, http, new FuzzRequest(scene, noise, random).For(ways[random.Next(ways.Length)]));
                tally[status] = tally.GetValueOrDefault(status) + 1;
            }
        }

        return tally;
    }

    private async Task<int> SendAsync(int sender, int number, HttpClient http, HttpRequestMessage request)
    {
        using (request)
        {
            var body = request.Content is null ? "" : Encoding.UTF8.GetString(await request.Content.ReadAsByteArrayAsync());
            underWay[sender] = $"sender {sender}, request {number}: {request.Method} {request.RequestUri}\n{request.Headers}{request.Content?.Headers}\n{body}";
            using var answer = await http.SendAsync(request);
            var status = (int)answer.StatusCode;
            Check(sender, status, status >= 500);
            return status;
        }
    }

    private async Task<int> SendBrokenAsync(int sender, int number, (string Text, bool IsWhole) request)
    {
        underWay[sender] = $"sender {sender}, request {number}, as it is:\n{request.Text}";
        var status = await RawHttp.SendAsync(app.BaseAddress, request.Text, hangUp: !request.IsWhole);
        // 505: a version of HTTP that is none.
        Check(sender, status.Status, status.Status is >= 500 and not 505);
        return status.Status;
    }

    // Several requests are under way at once: of an error in the log it is not known whose it is.
    private void Check(int sender, int status, bool failed)
    {
        if ((failed || !book.Errors.IsEmpty) && Interlocked.CompareExchange(
            ref failure, failed ? $"Status {status} to\n{underWay[sender]}\n{book.Errors.LastOrDefault()}" : $"An error in the log:\n{book.Errors.First()}\nUnder way:\n{string.Join('\n', underWay)}", null) is null)
        {
            end.Cancel();
        }
    }
}

/// <summary>What a run came to.</summary>
/// <param name="Statuses">How many answers of each status; 0 where a connection was closed without one.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Failure">What went wrong first, with the request to repeat; null where nothing did.</param>
public sealed record FuzzReport(IReadOnlyDictionary<int, int> Statuses, TimeSpan Took, string? Failure)
{
    /// <summary>How many were sent.</summary>
    public int Requests => Statuses.Values.Sum();

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Requests} requests in {Took.TotalSeconds:0.0} s, {Requests / Took.TotalSeconds:0} a second; {string.Join(", ", Statuses.Select(pair => $"{pair.Key}: {pair.Value}"))}";
}
