using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace WebApp.Tests.Benchmarks;

/// <summary>
/// Asks one thing again and again over connections that stay open, one request at a time on each. A thread reads its connections in
/// turn and asks anew on each at once: two system calls a request, so that little of the machine goes into the asking.
/// </summary>
internal static class Load
{
    private const int Threads = 2;
    private const int ConnectionsPerThread = 16;
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(200);

    /// <summary>Asks for as long as told; gives requests answered and the time they took.</summary>
    public static async Task<(long Requests, TimeSpan Time)> RunAsync(Uri server, string request, TimeSpan duration)
    {
        var bytes = Encoding.ASCII.GetBytes(request);
        var started = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Factory.StartNew(
            () => Ask(server, bytes, duration), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        return (counts.Sum(), Stopwatch.GetElapsedTime(started));
    }

    private static long Ask(Uri server, byte[] request, TimeSpan duration)
    {
        var connections = Enumerable.Range(0, ConnectionsPerThread).Select(_ => Connect(server)).ToArray();
        var buffer = new byte[16 * 1024];
        try
        {
            // Every answer is as long as the first: the body is the same, and so are the headers but for the date.
            connections[0].Send(request);
            var length = FirstAnswer(connections[0], buffer);
            Array.ForEach(connections, connection => connection.Send(request));

            var requests = 0L;
            for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < duration;)
            {
                foreach (var connection in connections)
                {
                    ReadAnswer(connection, buffer.AsSpan(0, length));
                    connection.Send(request);
                    requests++;
                }
            }

            Array.ForEach(connections, connection => ReadAnswer(connection, buffer.AsSpan(0, length)));
            return requests + connections.Length;
        }
        finally
        {
            Array.ForEach(connections, connection => connection.Dispose());
        }
    }

    private static Socket Connect(Uri server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 10_000 };
        socket.Connect(server.Host, server.Port);
        return socket;
    }

    // However its end is marked: what comes until nothing more comes.
    private static int FirstAnswer(Socket connection, byte[] buffer)
    {
        var received = 0;
        do
        {
            received += ReceiveSome(connection, buffer.AsSpan(received));
        }
        while (connection.Poll(Silence, SelectMode.SelectRead));
        return received;
    }

    private static void ReadAnswer(Socket connection, Span<byte> answer)
    {
        Fill(connection, answer);
        if (!answer.StartsWith("HTTP/1.1 200"u8))
        {
            throw new InvalidOperationException($"Not the answer expected: {Encoding.ASCII.GetString(answer)}");
        }
    }

    private static void Fill(Socket connection, Span<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            buffer = buffer[ReceiveSome(connection, buffer)..];
        }
    }

    private static int ReceiveSome(Socket connection, Span<byte> buffer) =>
        connection.Receive(buffer) is > 0 and var count ? count : throw new InvalidOperationException("The server closed the connection.");
}
