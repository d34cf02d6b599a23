using System.Net;
using System.Net.Sockets;

namespace WebApp.Tests.Support;

/// <summary>
/// A stretch of network with a fixed address in front of a server whose port changes with every start. Cut, it refuses
/// connections as the port of a stopped server does.
/// </summary>
public sealed class Wire : IAsyncDisposable
{
    private TcpListener? listener;
    private CancellationTokenSource cutting = new();
    private Task carrying = Task.CompletedTask;

    /// <summary>Where clients connect.</summary>
    public int Port { get; } = TestApp.FreePort();

    /// <summary>Leads to a port of this machine from now on.</summary>
    public void Connect(int port)
    {
        cutting.Dispose();
        cutting = new();
        listener = new(IPAddress.Loopback, Port);
        listener.Start();
        carrying = AcceptAsync(listener, port, cutting.Token);
    }

    /// <summary>Ends every connection and takes no more.</summary>
    public async Task CutAsync()
    {
        await cutting.CancelAsync();
        listener?.Stop();
        await carrying;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await CutAsync();
        cutting.Dispose();
    }

    private static async Task AcceptAsync(TcpListener listener, int port, CancellationToken cut)
    {
        List<Task> connections = [];
        try
        {
            while (true)
            {
                connections.Add(CarryAsync(await listener.AcceptTcpClientAsync(cut), port, cut));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private static async Task CarryAsync(TcpClient client, int port, CancellationToken cut)
    {
        using var near = client;
        using var far = new TcpClient { NoDelay = true };
        near.NoDelay = true;
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, port, cut);
            // Whichever end hangs up, hangs up on the other.
            await await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream(), cut), far.GetStream().CopyToAsync(near.GetStream(), cut));
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or SocketException)
        {
        }
    }
}
