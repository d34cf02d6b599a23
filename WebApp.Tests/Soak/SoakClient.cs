using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using WebApp.Tests.Support;

namespace WebApp.Tests.Soak;

/// <summary>One worker's way to the nodes. Each call goes to either of them, is timed, and is compared with what has to come.</summary>
internal sealed class SoakClient(SoakSite site, SoakReport report, Random random) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromSeconds(30) })
    {
        Timeout = TimeSpan.FromSeconds(30),
    };

    private long began;

    /// <summary>Begins a flow: what is done to the nodes from now on excuses it.</summary>
    public void Begin() => began = Stopwatch.GetTimestamp();

    /// <summary>Posts, and expects a status.</summary>
    public Task<Answer> PostAsync(HttpStatusCode expected, string path, object? body = null, string? bearer = null) => SendAsync(expected, HttpMethod.Post, path, body, bearer);

    /// <summary>Gets, and expects a status.</summary>
    public Task<Answer> GetAsync(HttpStatusCode expected, string path, string? bearer = null) => SendAsync(expected, HttpMethod.Get, path, null, bearer);

    /// <summary>Deletes, and expects 204.</summary>
    public Task<Answer> DeleteAsync(string path, string? bearer) => SendAsync(HttpStatusCode.NoContent, HttpMethod.Delete, path, null, bearer);

    /// <summary>Sends a call to one of the nodes.</summary>
    public async Task<Answer> SendAsync(HttpStatusCode expected, HttpMethod method, string path, object? body, string? bearer, int? node = null)
    {
        var answer = await AskAsync(method, path, body, bearer, node ?? random.Next(2));
        Expect(answer.Status == expected, $"{method} {path}: {(int)answer.Status} instead of {(int)expected}: {answer.Text}", answer.Status);
        return answer;
    }

    /// <summary>Fails the run where something that was revoked opens a node three seconds later, whatever was done to the nodes.</summary>
    public async Task RefusedAsync(string bearer)
    {
        for (var node = 0; node < 2; node++)
        {
            var since = Stopwatch.GetTimestamp();
            while ((await AskAsync(HttpMethod.Get, "/me", null, bearer, node)).Status == HttpStatusCode.OK)
            {
                if (Stopwatch.GetElapsedTime(since) > TimeSpan.FromSeconds(3))
                {
                    report.Wrong.Enqueue($"Node {node + 1} accepts what was revoked {Stopwatch.GetElapsedTime(since).TotalSeconds:0.0} s ago.");
                    throw new InterruptedFlowException("revoked and accepted");
                }

                await Task.Delay(50);
            }
        }
    }

    /// <summary>Asks something of a page.</summary>
    public async Task<Answer> PageAsync(Func<Task<Answer>> ask, HttpStatusCode expected, string what)
    {
        var answer = await TimedAsync(ask, page => (page.Status, page.Text), what);
        Expect(answer.Status == expected, $"{what}: {(int)answer.Status} instead of {(int)expected} ({answer.Location})", answer.Status);
        return answer;
    }

    /// <summary>What is not so is wrong, unless something was done to the nodes meanwhile. Either way the flow is over.</summary>
    public void Expect(bool isSo, string fault, HttpStatusCode status = HttpStatusCode.OK)
    {
        if (isSo)
        {
            return;
        }

        if (!site.IsDisturbedSince(began) && status is not HttpStatusCode.TooManyRequests)
        {
            report.Wrong.Enqueue(fault);
        }

        throw new InterruptedFlowException(fault);
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private Task<Answer> AskAsync(HttpMethod method, string path, object? body, string? bearer, int node) => TimedAsync(
        async () =>
        {
            using var request = new HttpRequestMessage(method, new Uri(site.Node(node), $"/api/v1{path}")) { Content = body is null ? null : JsonContent.Create(body) };
            request.Headers.Authorization = bearer is null ? null : new AuthenticationHeaderValue("Bearer", bearer);
            using var response = await http.SendAsync(request);
            return await Answer.ReadAsync(response);
        },
        answer => (answer.Status, answer.Text),
        $"{method} {path}");

    private async Task<T> TimedAsync<T>(Func<Task<T>> ask, Func<T, (HttpStatusCode Status, string Text)> read, string what)
    {
        var since = Stopwatch.GetTimestamp();
        T answer;
        try
        {
            answer = await ask();
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
        {
            if (!site.IsDisturbedSince(began))
            {
                report.Wrong.Enqueue($"{what}: no answer ({failure.GetType().Name}: {failure.Message})");
            }

            throw new InterruptedFlowException("no answer");
        }

        var (status, text) = read(answer);
        report.Answered(Stopwatch.GetElapsedTime(since), (int)status, !site.IsDisturbedSince(since));
        if ((int)status >= 500)
        {
            if (status != HttpStatusCode.ServiceUnavailable || !site.IsDisturbedSince(began))
            {
                report.Wrong.Enqueue($"{what}: {(int)status} {(text.Length > 300 ? text[..300] : text)}");
            }

            throw new InterruptedFlowException("unavailable");
        }

        return answer;
    }
}
