using System.Net.Sockets;
using System.Text;

namespace WebApp.Tests.Support;

/// <summary>Sends bytes that no HTTP library would.</summary>
public static class RawHttp
{
    /// <summary>Sends a request, its lines without their ends, in Latin-1, and reads what comes until the server hangs up.</summary>
    /// <returns>The status, 0 where nothing came; and the whole answer.</returns>
    public static Task<(int Status, string Text)> SendAsync(TestApp app, string requestLine, string body, params string[] headers) =>
        SendAsync(app.BaseAddress, requestLine, body, headers);

    /// <summary>The same to any server.</summary>
    public static Task<(int Status, string Text)> SendAsync(Uri server, string requestLine, string body, params string[] headers) =>
        SendAsync(server, string.Join("\r\n", [$"{requestLine} HTTP/1.1", .. headers, $"Content-Length: {body.Length}", "Connection: close", "", body]));

    /// <summary>Sends these characters as they are, in Latin-1; and where the request is not whole, hangs up instead of waiting.</summary>
    public static async Task<(int Status, string Text)> SendAsync(Uri server, string request, bool hangUp = false)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.Host, server.Port, deadline.Token);
        var stream = socket.GetStream();
        var text = new StringBuilder();
        var reading = ReadAsync(stream, text, deadline.Token);
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request), deadline.Token);
            if (hangUp)
            {
                socket.Client.Shutdown(SocketShutdown.Send);
            }
        }
        catch (IOException)
        {
            // The server answered before it had read everything, and hung up.
        }

        await reading;
        var answer = text.ToString();
        return (answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? int.Parse(answer.AsSpan(9, 3)) : 0, answer);
    }

    private static async Task ReadAsync(NetworkStream stream, StringBuilder text, CancellationToken cancel)
    {
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer, cancel) is var read and > 0)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, read));
            }
        }
        catch (IOException)
        {
            // Reset: what was read stands.
        }
    }
}
