using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace WebApp.Tests.Benchmarks;

/// <summary>
/// 64 clients that send wrong logins as fast as they are answered and heed no <c>Retry-After</c>, each for ever new names; from one address
/// or from several of 127.2.0.0/16.
/// </summary>
internal sealed class LoginFlood : IDisposable
{
    public const int Clients = 64;

    private readonly ConcurrentDictionary<int, long> answers = new();
    private readonly CancellationTokenSource end = new();
    private Task[] clients = [];

    /// <summary>Opens fire.</summary>
    public static LoginFlood Start(Uri server, int addresses)
    {
        var flood = new LoginFlood();
        flood.clients = [.. Enumerable.Range(0, Clients).Select(n => Task.Run(() => flood.RunAsync(server, IPAddress.Parse($"127.2.0.{(n % addresses) + 1}"))))];
        return flood;
    }

    /// <summary>Ceases it. How many answers there were, by status; 0 stands for a connection that failed.</summary>
    public async Task<ConcurrentDictionary<int, long>> StopAsync()
    {
        await end.CancelAsync();
        await Task.WhenAll(clients);
        return answers;
    }

    public void Dispose()
    {
        end.Cancel();
        end.Dispose();
    }

    private async Task RunAsync(Uri server, IPAddress from)
    {
        var buffer = new byte[8192];
        while (!end.IsCancellationRequested)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                socket.Bind(new IPEndPoint(from, 0));
                await socket.ConnectAsync(IPAddress.Loopback, server.Port, end.Token);
                while (true)
                {
                    var body = $$"""{"email":"{{Guid.NewGuid():N}}@example.org","password":"Copper lantern, wrong one"}""";
                    var request = $"POST /api/v1/auth/login HTTP/1.1\r\nHost: {server.Authority}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}";
                    await socket.SendAsync(Encoding.ASCII.GetBytes(request), end.Token);
                    answers.AddOrUpdate(await ReadStatusAsync(socket, buffer), 1, (_, count) => count + 1);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception failure) when (failure is SocketException or IOException)
            {
                answers.AddOrUpdate(0, 1, (_, count) => count + 1);
            }
        }
    }

    // Every answer is a problem: chunked, its end a chunk of no length.
    private async Task<int> ReadStatusAsync(Socket socket, byte[] buffer)
    {
        var received = 0;
        do
        {
            var count = await socket.ReceiveAsync(buffer.AsMemory(received), end.Token);
            received += count > 0 ? count : throw new IOException("The server closed the connection.");
        }
        while (!buffer.AsSpan(0, received).EndsWith("\r\n0\r\n\r\n"u8));
        return int.Parse(buffer.AsSpan("HTTP/1.1 ".Length, 3));
    }
}
