using System.Buffers.Text;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace WebApp.Tests.Benchmarks;

/// <summary>What connection <paramref name="connection"/> sends next, by the body of the answer before; empty where there was none in this run.</summary>
internal delegate ReadOnlyMemory<byte> NextRequest(int connection, ReadOnlySpan<byte> answer);

/// <summary>
/// Asks again and again over connections that stay open, one request at a time on each. A thread reads its connections in turn and asks
/// anew on each at once: two system calls a request, so that little of the machine goes into the asking.
/// </summary>
internal sealed class Load(Uri server, int threads, int connectionsPerThread, NextRequest next, int requestsOfOne = 1)
{
    private const int LongestAnswer = 256 * 1024;

    /// <summary>One request from 32 connections.</summary>
    public static Load Repeating(Uri server, byte[] request) => new(server, 2, 16, (_, _) => request);

    /// <summary>Connections that do not wait for each other, as where an answer waits for the database.</summary>
    public static Load Independent(Uri server, int connections, NextRequest next) => new(server, connections, 1, next);

    /// <summary>The same where two requests are one thing to count: the first is answered by a redirect, and <paramref name="next"/> sees the headers too.</summary>
    public static Load OfTwo(Uri server, int connections, NextRequest next) => new(server, connections, 1, next, requestsOfOne: 2);

    /// <summary>Asks for as long as told; gives requests answered and the time they took.</summary>
    /// <exception cref="InvalidOperationException">An answer was not 200, nor a redirect where one may come.</exception>
    public async Task<(long Requests, TimeSpan Time)> RunAsync(TimeSpan duration)
    {
        var started = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, threads).Select(thread => Task.Factory.StartNew(
            () => Ask(thread * connectionsPerThread, duration), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        return (counts.Sum() / requestsOfOne, Stopwatch.GetElapsedTime(started));
    }

    private long Ask(int first, TimeSpan duration)
    {
        var connections = Enumerable.Range(0, connectionsPerThread).Select(_ => Connect(server)).ToArray();
        var buffer = new byte[LongestAnswer];
        try
        {
            for (var n = 0; n < connections.Length; n++)
            {
                connections[n].Send(next(first + n, default).Span);
            }

            var requests = 0L;
            var started = Stopwatch.GetTimestamp();
            bool ends;
            do
            {
                ends = Stopwatch.GetElapsedTime(started) >= duration;
                for (var n = 0; n < connections.Length; n++)
                {
                    var request = next(first + n, ReadAnswer(connections[n], buffer));
                    requests++;
                    if (!ends)
                    {
                        connections[n].Send(request.Span);
                    }
                }
            }
            while (!ends);
            return requests;
        }
        finally
        {
            Array.ForEach(connections, connection => connection.Dispose());
        }
    }

    private static Socket Connect(Uri server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 30_000 };
        socket.Connect(server.Host, server.Port);
        return socket;
    }

    private ReadOnlySpan<byte> ReadAnswer(Socket connection, byte[] buffer)
    {
        var received = 0;
        int body;
        do
        {
            received += ReceiveSome(connection, buffer.AsSpan(received));
            body = buffer.AsSpan(0, received).IndexOf("\r\n\r\n"u8) + 4;
        }
        while (body < 4);

        var head = buffer.AsSpan(0, body);
        var mayRedirect = requestsOfOne > 1;
        if (!head.StartsWith("HTTP/1.1 200"u8) && !(mayRedirect && head.StartsWith("HTTP/1.1 30"u8)))
        {
            throw new InvalidOperationException($"Not the answer expected: {Encoding.ASCII.GetString(buffer, 0, received)}");
        }

        // Nothing else is under way on the connection, so that where chunks end, the last one is what comes last.
        if (ContentLength(head) is { } length)
        {
            while (received < body + length)
            {
                received += ReceiveSome(connection, buffer.AsSpan(received));
            }
        }
        else
        {
            while (!buffer.AsSpan(body, received - body).EndsWith("\r\n0\r\n\r\n"u8))
            {
                received += ReceiveSome(connection, buffer.AsSpan(received));
            }
        }

        return mayRedirect ? buffer.AsSpan(0, received) : buffer.AsSpan(body, received - body);
    }

    private static int? ContentLength(ReadOnlySpan<byte> head)
    {
        var header = "\r\nContent-Length: "u8;
        return head.IndexOf(header) is >= 0 and var at && Utf8Parser.TryParse(head[(at + header.Length)..], out int length, out _) ? length : null;
    }

    private static int ReceiveSome(Socket connection, Span<byte> buffer) =>
        connection.Receive(buffer) is > 0 and var count ? count : throw new InvalidOperationException("The server closed the connection.");
}
