using System.Net;
using System.Net.Sockets;
using System.Text;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>Connections that begin a request and never end it.</summary>
public sealed class SlowConnectionTests() : OwnApp("Server:HeadersTimeoutSeconds=3")
{
    private const int Connections = 400;

    private static readonly string[] Beginnings =
    [
        "", // Nothing at all.
        "POST /api/v1/auth/lo",
        "GET /login HTTP/1.1\r\nHost: localhost\r\nX-Slow: aaaa",
        "POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 200\r\n\r\n{\"email\":\"a",
        "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\nEmail=a",
    ];

    [Test]
    public async Task Four_hundred_of_them_stop_no_sign_in_and_are_cut_off()
    {
        var user = await App.CreateUserAsync();
        var slow = new List<Socket>();
        try
        {
            for (var i = 0; i < Connections; i++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                slow.Add(socket);
                await socket.ConnectAsync(IPAddress.Loopback, App.BaseAddress.Port);
                await socket.SendAsync(Encoding.ASCII.GetBytes(Beginnings[i % Beginnings.Length]));
            }

            // On connections of their own, both of them new.
            using var browser = await PageClient.SignInAsync(App, user);
            Assert.That((await new ApiClient(App).LoginAsync(user)).Access, Is.Not.Empty);

            // Half a request line or half its headers have until the time limit, half a body as long as its rate is kept.
            await Patience.UntilAsync(() => Task.FromResult(slow.Where((_, i) => i % Beginnings.Length is 1 or 2).All(IsClosed)));
            Assert.That((await new ApiClient(App).LoginAsync(user)).Access, Is.Not.Empty);
            await Patience.UntilAsync(() => Task.FromResult(slow.Where((_, i) => i % Beginnings.Length > 0).All(IsClosed)));
        }
        finally
        {
            slow.ForEach(socket => socket.Dispose());
        }
    }

    // What it says on parting, if anything, is not of interest.
    private static bool IsClosed(Socket socket)
    {
        try
        {
            return socket.Poll(0, SelectMode.SelectRead) && socket.Receive(new byte[4096]) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
