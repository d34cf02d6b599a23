using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Platform.Changes;
using WebApp.Tests.Support;

namespace WebApp.Tests.Benchmarks;

/// <summary>
/// What the application itself costs at <c>GET /api/v1/me</c> and at pages, without server and network: processor time and memory of the process, which
/// neighbours on the machine disturb least. For weighing one change of the code against another.
/// </summary>
internal static class PipelineBenchmark
{
    private const int Rounds = 9;
    private const int Calls = 400;

    private static readonly string[] Pages =
    [
        "/login", "/account", "/account/profile", "/account/email", "/account/password", "/account/mfa", "/account/passkeys", "/account/sessions", "/account/api-tokens",
        "/account/groups", "/account/activity",
    ];

    public static async Task RunAsync(TextWriter output)
    {
        var database = await TestServer.NewDatabaseAsync();
        await using var scene = await TestApp.StartAsync(database, settings: Quiet.Setting);
        var user = await scene.CreateUserAsync("Ada Lovelace");
        var token = (await new ApiClient(scene).LoginAsync(user)).Access;
        var session = (await PageClient.SignInAsync(scene, user)).Session;

        var server = new NoServer();
        await using var app = await App.BuildAsync(
            TestApp.Options([$"--ConnectionStrings:Postgres={database}", $"--App:BaseUrl={scene.BaseAddress}", $"--{Quiet.Setting}"]),
            builder => builder.Services.AddSingleton<IServer>(server));
        await app.StartAsync();
        await app.Services.GetRequiredService<ChangeFeed>().FirstConnected;

        await Task.Factory.StartNew(
            () =>
            {
                Report(output, "/api/v1/me", 20 * Calls, () => server.Get("/api/v1/me", headers => headers.Authorization = $"Bearer {token}"));
                foreach (var page in Pages)
                {
                    string? forgery = null; // The antiforgery cookie, which a browser keeps.
                    var visits = page == "/login" ? "" : $"session={session}";
                    Report(output, page, Calls, () =>
                    {
                        var answer = server.Get(page, headers => headers.Cookie = forgery is null ? visits : $"{visits}; {forgery}");
                        forgery ??= answer.SetCookie.FirstOrDefault()?.Split(';')[0];
                    });
                }
            },
            TaskCreationOptions.LongRunning);
        await app.StopAsync();
    }

    private static void Report(TextWriter output, string path, int calls, Action call)
    {
        Measure(calls / 4, call);
        var best = Enumerable.Range(0, Rounds).Select(_ => Measure(calls, call)).MinBy(cost => cost.Time);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"GET {path,-24}{best.Time.TotalMicroseconds / calls,10:0.0} µs {best.Bytes / calls,10} bytes"));
    }

    private static (TimeSpan Time, long Bytes) Measure(int calls, Action call)
    {
        var (time, bytes) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes());
        for (var i = 0; i < calls; i++)
        {
            call();
        }

        return (Environment.CpuUsage.TotalTime - time, GC.GetTotalAllocatedBytes() - bytes);
    }

    private sealed class NoServer : IServer
    {
        private Func<IFeatureCollection, int> run = _ => 0;

        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull
        {
            run = features =>
            {
                var context = application.CreateContext(features);
                application.ProcessRequestAsync(context).GetAwaiter().GetResult();
                ((Response)features.GetRequiredFeature<IHttpResponseFeature>()).Complete();
                application.DisposeContext(context, null);
                return features.GetRequiredFeature<IHttpResponseFeature>().StatusCode;
            };
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }

        public IHeaderDictionary Get(string path, Action<IHeaderDictionary> fill)
        {
            var request = new HttpRequestFeature { Method = "GET", Path = path, Scheme = "http", Protocol = "HTTP/1.1" };
            request.Headers.Host = "localhost";
            fill(request.Headers);
            var response = new Response();
            var features = new FeatureCollection();
            features.Set<IHttpRequestFeature>(request);
            features.Set<IHttpResponseFeature>(response);
            features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
            features.Set<IHttpConnectionFeature>(new HttpConnectionFeature { RemoteIpAddress = IPAddress.Loopback });
            var status = run(features);
            return status == 200 ? response.Headers : throw new InvalidOperationException($"{path}: {status}");
        }
    }

    // A server runs what waits for the start and the end of the answer: headers, cookies, and the disposal of the request's services.
    private sealed class Response : HttpResponseFeature
    {
        private readonly Stack<(Func<object, Task> Callback, object State)> starting = [];
        private readonly Stack<(Func<object, Task> Callback, object State)> completed = [];

        public override void OnStarting(Func<object, Task> callback, object state) => starting.Push((callback, state));

        public override void OnCompleted(Func<object, Task> callback, object state) => completed.Push((callback, state));

        public void Complete()
        {
            foreach (var (callback, state) in starting.Concat(completed))
            {
                callback(state).GetAwaiter().GetResult();
            }
        }
    }
}
