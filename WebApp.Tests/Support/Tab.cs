using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace WebApp.Tests.Support;

/// <summary>A browser tab with a profile of its own, which remembers what the browser complained of.</summary>
public sealed class Tab : IAsyncDisposable
{
    // As Deque's own RunAxe, but once a document, and without a second page for each run, which takes most of the time. It knows no frames.
    private const string FindViolations = """
        axe.run(document, { resultTypes: ['violations'] }).then(found => found.violations.map(v => `${v.id}: ${v.help} at ${v.nodes.map(n => n.html).join(' | ')}`))
        """;

    // What axe does not check: targets of 24 px (WCAG 2.5.8; links within a sentence are exempt), names of tables, and that the skip link leads behind the navigation.
    private const string FindOtherViolations = """
        [
            ...[...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary')]
                .filter(e => e.checkVisibility({ visibilityProperty: true }) && !e.closest('.skip-link, .visually-hidden'))
                .filter(e => { const sizes = [e, ...(e.labels ?? [])].map(part => part.getBoundingClientRect()).map(r => Math.min(r.width, r.height)); return Math.max(...sizes) > 0 && Math.max(...sizes) < 23.9; })
                .filter(e => !(getComputedStyle(e).display === 'inline' && e.parentElement.textContent.trim().length > e.textContent.trim().length))
                .map(e => `smaller than 24 px: ${e.outerHTML}`),
            ...[...document.querySelectorAll('table')].filter(t => !t.caption).map(t => `without a caption: ${t.outerHTML.slice(0, 200)}`),
            ...[...document.querySelectorAll('a.skip-link')].map(a => document.querySelector(a.getAttribute('href')))
                .filter(target => !target?.contains(document.querySelector('h1')) || target.querySelector('nav.settings-nav, nav.console-nav')).map(() => 'the skip link does not lead to the content'),
        ]
        """;

    // The page must not scroll sideways; what reaches beyond it says why.
    private const string FindOverhang = """
        document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] : ['the page',
            ...[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5).map(e => e.outerHTML.slice(0, 150))]
        """;

    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    private readonly ConcurrentQueue<string> complaints = new();

    public Tab(IPage page)
    {
        Page = page;
        page.PageError += (_, error) => complaints.Enqueue(error);
        page.Console += (_, message) =>
        {
            // A status such as 404 is the server's answer, not a fault of the page.
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                complaints.Enqueue(message.Text);
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Goes to a path of the site.</summary>
    public Task<IResponse?> GoAsync(string path) => Page.GotoAsync(path);

    /// <summary>Presses a button that asks first, and confirms; the first on the page, or in a row of it.</summary>
    public async Task ConfirmAsync(string label, ILocator? row = null)
    {
        var question = (row ?? Page.Locator("main")).Locator("details.confirm", new() { HasText = label }).First;
        await question.Locator("summary").ClickAsync();
        await question.GetByRole(AriaRole.Button, new() { Name = label }).ClickAsync();
    }

    /// <summary>Waits until the tab is at a path, whatever its query.</summary>
    public Task IsAtAsync(string path) => Assertions.Expect(Page).ToHaveURLAsync(new Regex($"^https?://[^/]+{Regex.Escape(path)}(\\?.*)?$"));

    /// <summary>Asserts that axe and our own rules find nothing, that nothing sticks out sideways, and that no script failed and the CSP stopped nothing.</summary>
    public async Task AssertSoundAsync()
    {
        var violations = Page.Frames.Count > 1 ? await ViolationsWithFramesAsync() : await ViolationsAsync();
        var others = await Page.EvaluateAsync<string[]>(FindOtherViolations);
        var overhang = await Page.EvaluateAsync<string[]>(FindOverhang);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(violations, Is.Empty, Page.Url);
            Assert.That(others, Is.Empty, Page.Url);
            Assert.That(overhang, Is.Empty, $"{Page.Url} scrolls sideways");
            Assert.That(complaints, Is.Empty, Page.Url);
        }
    }

    /// <summary>Saves a picture of the whole page, if <c>SHOTS</c> names a folder.</summary>
    public async Task ShootAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("SHOTS") is { } folder)
        {
            await Page.ScreenshotAsync(new() { Path = System.IO.Path.Combine(folder, $"{name}.png"), FullPage = true });
        }
    }

    public ValueTask DisposeAsync() => Page.Context.DisposeAsync();

    private async Task<string[]> ViolationsAsync()
    {
        if (!await Page.EvaluateAsync<bool>("'axe' in window"))
        {
            await Page.EvaluateAsync(Axe);
        }

        return await Page.EvaluateAsync<string[]>(FindViolations);
    }

    private async Task<string[]> ViolationsWithFramesAsync()
    {
        var axe = await Page.RunAxe(new AxeRunOptions { ResultTypes = [ResultType.Violations] });
        return [.. axe.Violations.Select(v => $"{v.Id}: {v.Help} at {string.Join(" | ", v.Nodes.Select(n => n.Html))}")];
    }
}
