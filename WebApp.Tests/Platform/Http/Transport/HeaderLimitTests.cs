using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Http.Transport;

/// <summary>A browser with more cookies than are read gets an answer that a person understands.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class HeaderLimitTests
{
    [TestCase(1, 40_000)]
    [TestCase(40, 1_000)]
    public async Task Too_many_cookies_are_answered_with_a_page(int lines, int each)
    {
        var (status, text) = await SendAsync("GET /login", lines, each);
        Assert.That(status, Is.EqualTo(431));
        Assert.That(text, Does.Contain("<h1").And.Contain("too many cookies"));
    }

    [TestCase(1, 40_000)]
    [TestCase(40, 1_000)]
    public async Task Too_many_cookies_are_answered_with_a_problem_by_the_api(int lines, int each)
    {
        var (status, text) = await SendAsync("GET /api/v1/me", lines, each);
        Assert.That(status, Is.EqualTo(431));
        Assert.That(text, Does.Contain("headers_too_large"));
    }

    [Test]
    public async Task Many_cookies_are_no_obstacle() => Assert.That((await SendAsync("GET /login", 30, 1_000)).Status, Is.EqualTo(200));

    private static Task<(int Status, string Text)> SendAsync(string request, int lines, int each) => RawHttp.SendAsync(
        TestApp.Shared, request, "",
        [$"Host: {TestApp.Shared.BaseAddress.Authority}", .. Enumerable.Range(0, lines).Select(line => $"Cookie: c{line}={new string('x', each)}")]);
}
