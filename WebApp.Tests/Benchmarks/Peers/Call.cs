using System.Text;

namespace WebApp.Tests.Benchmarks.Peers;

/// <summary>A request as text: GET, or POST where it has a body. Header lines end with CRLF each.</summary>
internal sealed record Call(string Path, string Headers = "", string? Body = null)
{
    /// <summary>With a token.</summary>
    public static Call Bearer(string path, string token) => new(path, $"Authorization: Bearer {token}\r\n");

    /// <summary>With what a browser keeps.</summary>
    public static Call Cookie(string path, string cookies) => new(path, $"Cookie: {cookies}\r\n");

    /// <summary>JSON.</summary>
    public static Call Json(string path, string body) => new(path, "Content-Type: application/json\r\n", body);

    /// <summary>As it goes to a server.</summary>
    public byte[] ToBytes(Uri server) => Encoding.ASCII.GetBytes(Body is null
        ? $"GET {Path} HTTP/1.1\r\nHost: {server.Authority}\r\n{Headers}\r\n"
        : $"POST {Path} HTTP/1.1\r\nHost: {server.Authority}\r\n{Headers}Content-Length: {Body.Length}\r\n\r\n{Body}");
}
