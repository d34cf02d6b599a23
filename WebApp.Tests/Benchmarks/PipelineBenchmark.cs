using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Platform.Changes;
using WebApp.Tests.Features.Passwords;
using WebApp.Tests.Support;

namespace WebApp.Tests.Benchmarks;

/// <summary>
/// What the application itself costs at <c>GET /api/v1/me</c>, without server, network or other threads: processor time and memory of
/// the one thread, which neighbours on the machine disturb least. For weighing one change of the code against another.
/// </summary>
internal static class PipelineBenchmark
{
    private const int Rounds = 15;
    private const int Calls = 20_000;

    public static async Task RunAsync(TextWriter output)
    {
        var database = await TestServer.NewDatabaseAsync();
        await using var scene = await TestApp.StartAsync(database, settings: Quiet.Setting);
        var token = (await new ApiClient(scene).LoginAsync(await scene.CreateUserAsync("Ada Lovelace"))).Access;

        var server = new NoServer();
        await using var app = await App.BuildAsync(
            TestApp.Options([$"--ConnectionStrings:Postgres={database}", $"--App:BaseUrl={scene.BaseAddress}", $"--{Quiet.Setting}"]),
            builder => builder.Services.AddSingleton<IServer>(server));
        await app.StartAsync();
        await app.Services.GetRequiredService<ChangeFeed>().FirstConnected;

        var costs = await Task.Factory.StartNew(() => Enumerable.Range(0, Rounds).Select(_ => Measure(server, token)).ToArray(), TaskCreationOptions.LongRunning);
        var best = costs.MinBy(cost => cost.Time);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"GET /api/v1/me without a server: {best.Time.TotalMicroseconds / Calls:0.00} µs, {best.Bytes / Calls} bytes"));
        await app.StopAsync();
    }

    private static (TimeSpan Time, long Bytes) Measure(NoServer server, string token)
    {
        var authorization = $"Bearer {token}";
        var (time, bytes) = (ThreadClock.Now, GC.GetAllocatedBytesForCurrentThread());
        for (var i = 0; i < Calls; i++)
        {
            server.Get("/api/v1/me", authorization);
        }

        return (ThreadClock.Now - time, GC.GetAllocatedBytesForCurrentThread() - bytes);
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
                application.DisposeContext(context, null);
                return features.GetRequiredFeature<IHttpResponseFeature>().StatusCode;
            };
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }

        public void Get(string path, string authorization)
        {
            var request = new HttpRequestFeature { Method = "GET", Path = path, Scheme = "http", Protocol = "HTTP/1.1" };
            request.Headers.Authorization = authorization;
            request.Headers.Host = "localhost";
            var features = new FeatureCollection();
            features.Set<IHttpRequestFeature>(request);
            features.Set<IHttpResponseFeature>(new HttpResponseFeature());
            features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
            features.Set<IHttpConnectionFeature>(new HttpConnectionFeature { RemoteIpAddress = IPAddress.Loopback });
            if (run(features) != 200)
            {
                throw new InvalidOperationException("Refused.");
            }
        }
    }
}
