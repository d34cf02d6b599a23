namespace WebApp.Tests.Support;

/// <summary>Makes requests that no HTTP library would send.</summary>
internal sealed class BrokenHttp(Uri server, Noise noise, Random random)
{
    private static readonly string[] Chunks =
        ["zz\r\nx\r\n0\r\n\r\n", "-1\r\nx", "ffffffffffffffffff\r\nx", "5\r\nhello", "5\r\nhelloworld\r\n0\r\n\r\n", "0\r\nTrailer\u0001: x\r\n\r\n", "3;\u0000=x\r\nabc\r\n0\r\n\r\n", ";\r\n", "1\nx\n0\n\n"];

    private static readonly string[] Lengths = ["-1", "x", "1, 2", "99999999999999999999", "0x10", "+5", "5\r\nContent-Length: 6", ""];

    private static readonly string[] Types = ["application/json", "application/x-www-form-urlencoded", "text/plain", "\u0001", "application/json; charset=\u00FF"];

    private static readonly string[] Methods = ["get", "TRACE", "CONNECT", "PRI", "OPTIONS", "G\u0000T", "PUT", "\u00FF", "HEAD"];

    private static readonly string[] Versions = ["HTTP/0.9", "HTTP/1.0", "HTTP/2.0", "HTTP/9.9", "http/1.1", "HTTP/1.1 x", ""];

    private static readonly string[] Hosts = ["", "\u0000", "a\u00FFb", "[::1", "x:99999", "a,b", "evil.example/", "localhost\r\nHost: other"];

    /// <summary>One of them; where it is not whole, whoever sends it hangs up.</summary>
    public (string Text, bool IsWhole) Next(WayIn way) => random.Next(10) switch
    {
        0 => (Head(way, "Transfer-Encoding: chunked", Type()) + Chunks[random.Next(Chunks.Length)], false),
        1 => (Head(way, $"Content-Length: {Lengths[random.Next(Lengths.Length)]}", Type()) + "{}{}", false),
        2 => (Head(way, "Content-Length: 100", Type()) + "{\"email\":", false),
        3 => (Head(way, $"{noise.Header("X-")}: {Bytes()}"), true),
        4 => (Head(way, $"Cookie: session={Bytes()}; antiforgery={Bytes()}", $"User-Agent: {Bytes()}"), true),
        5 => ($"{Methods[random.Next(Methods.Length)]} {way.Path()} HTTP/1.1\r\nHost: {server.Authority}\r\nConnection: close\r\n\r\n", true),
        6 => ($"{way.Method} {way.Path(noise.Escapes())}?{noise.Escapes()} {Versions[random.Next(Versions.Length)]}\r\nHost: {server.Authority}\r\nConnection: close\r\n\r\n", false),
        7 => ($"{way.Method} {way.Path()} HTTP/1.1\r\nHost: {Hosts[random.Next(Hosts.Length)]}\r\nConnection: close\r\n\r\n", true),
        8 => (Head(way, $"X-Long: {new string('x', random.Next(60_000))}"), true),
        _ => (Head(way, $"X-Forwarded-For: {Bytes()}")[..random.Next(5, 40)], false),
    };

    private string Head(WayIn way, params string[] headers) =>
        $"{way.Method} {way.Path()} HTTP/1.1\r\nHost: {server.Authority}\r\nConnection: close\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n";

    private string Type() => $"Content-Type: {Types[random.Next(Types.Length)]}";

    // Any byte but those that end a line.
    private string Bytes() => string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => (char)random.Next(256)).Where(c => c is not ('\r' or '\n')));
}
