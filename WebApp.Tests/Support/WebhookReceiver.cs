using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace WebApp.Tests.Support;

/// <summary>A real HTTP server on loopback that keeps what is posted to it, and answers as it is told.</summary>
public sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<ReceivedPost> received = new();
    private readonly WebApplication server;

    private WebhookReceiver(WebApplication server) => this.server = server;

    /// <summary>Where it listens.</summary>
    public Uri Url => new(server.Urls.Single());

    /// <summary>Everything so far, refused attempts included, in order.</summary>
    public IReadOnlyList<ReceivedPost> Received => [.. received];

    /// <summary>The status of the nth answer, from 0.</summary>
    public Func<int, HttpStatusCode> Answer { get; set; } = _ => HttpStatusCode.NoContent;

    /// <summary>Called before an answer: hangs by waiting.</summary>
    public Func<CancellationToken, Task>? Before { get; set; }

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new WebhookReceiver(app);
        app.Run(receiver.TakeAsync);
        await app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        await server.StopAsync();
        await server.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        await (Before?.Invoke(context.RequestAborted) ?? Task.CompletedTask);
        context.Response.StatusCode = (int)Answer(received.Count);
        context.Response.Headers.Location = "/elsewhere";
        received.Enqueue(new(
            context.Request.Path, body.ToArray(), context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
    }
}

/// <summary>A post, read whole.</summary>
public sealed record ReceivedPost(string Path, byte[] Body, IReadOnlyDictionary<string, string> Headers);
