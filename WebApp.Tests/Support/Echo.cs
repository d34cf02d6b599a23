using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace WebApp.Tests.Support;

/// <summary>An application behind a proxy: it answers with the request it saw, a line a header.</summary>
public sealed class Echo : IAsyncDisposable
{
    private readonly WebApplication app;

    private Echo(WebApplication app, int port) => (this.app, Port) = (app, port);

    /// <summary>Where it listens, on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>The paths it was asked for, oldest first.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    public static async Task<Echo> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        var port = TestApp.FreePort();
        builder.WebHost.UseKestrelCore().UseUrls($"http://127.0.0.1:{port}");
        var echo = new Echo(builder.Build(), port);
        echo.app.Run(echo.AnswerAsync);
        await echo.app.StartAsync();
        return echo;
    }

    /// <summary>The values of a header that an answer tells of.</summary>
    public static string[] Headers(string answer, string name) =>
        [.. answer.Split('\n').Where(line => line.StartsWith($"{name}: ", StringComparison.OrdinalIgnoreCase)).Select(line => line[(name.Length + 2)..].TrimEnd('\r'))];

    /// <summary>The one value of a header that an answer tells of.</summary>
    public static string Header(string answer, string name) => Headers(answer, name).Single();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private Task AnswerAsync(HttpContext context)
    {
        Asked.Enqueue(context.Request.Path);
        var lines = context.Request.Headers.SelectMany(header => header.Value.Select(value => $"{header.Key.ToLowerInvariant()}: {value}"));
        return context.Response.WriteAsync(string.Join('\n', lines.Prepend($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}")));
    }
}
