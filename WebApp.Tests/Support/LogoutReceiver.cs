using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.WebUtilities;

namespace WebApp.Tests.Support;

/// <summary>An application that is told when a session ends, on loopback.</summary>
public sealed class LogoutReceiver : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly Channel<string> tokens = Channel.CreateUnbounded<string>();
    private int failures;

    /// <param name="failures">How many requests it answers with 503 first.</param>
    public LogoutReceiver(int failures = 0)
    {
        this.failures = failures;
        Address = $"http://127.0.0.1:{TestApp.FreePort()}/backchannel-logout";
        listener.Prefixes.Add($"{Address}/");
        listener.Start();
        _ = ReceiveAsync();
    }

    /// <summary>Where it listens.</summary>
    public string Address { get; }

    /// <summary>The next token it was sent.</summary>
    public async Task<string> NextAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        return await tokens.Reader.ReadAsync(limit.Token);
    }

    /// <inheritdoc/>
    public void Dispose() => listener.Close();

    private async Task ReceiveAsync()
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var reader = new StreamReader(context.Request.InputStream);
            var form = QueryHelpers.ParseQuery(await reader.ReadToEndAsync());
            var refuses = Interlocked.Decrement(ref failures) >= 0;
            if (!refuses)
            {
                tokens.Writer.TryWrite(form["logout_token"].ToString());
            }

            context.Response.StatusCode = refuses ? 503 : 200;
            context.Response.Close();
        }
    }
}
