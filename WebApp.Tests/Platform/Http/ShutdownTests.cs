using System.Net;
using System.Net.Sockets;
using System.Text;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Http;

/// <summary>A stop takes no longer than a container is given, whatever clients do.</summary>
[Category("Process")]
public sealed class ShutdownTests
{
    // docker-compose.yml kills it then.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    [Test]
    public async Task An_upload_that_drips_does_not_hold_up_a_stop()
    {
        await using var app = await AppProcess.StartAsync(await TestServer.NewDatabaseAsync());
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, app.BaseAddress.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"POST /api/v1/auth/login HTTP/1.1\r\nHost: {app.BaseAddress.Authority}\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{{\"email\":\""));
        using var stopped = new CancellationTokenSource();
        var dripping = DripAsync(socket, stopped.Token);
        var took = await app.TerminateAsync();
        await stopped.CancelAsync();
        await dripping;
        Assert.That(took, Is.LessThan(Grace), app.Output);
        Assert.That(await app.EndAsync(), Is.Zero, app.Output);
    }

    // Just more than the rate below which the server cuts an upload off by itself.
    private static async Task DripAsync(Socket socket, CancellationToken cancel)
    {
        try
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
            while (await timer.WaitForNextTickAsync(cancel))
            {
                await socket.SendAsync(new byte[100], cancel);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException)
        {
        }
    }
}
