using System.Text.Json;
using Microsoft.Playwright;
using WebApp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace WebApp.Tests.Browser;

/// <summary>The list of password rules, which is ticked while a password is typed.</summary>
[TestFixture(ColorScheme.Light, 1280)]
[TestFixture(ColorScheme.Dark, 320)]
[Category("Browser")]
public sealed class PasswordRulesTests(ColorScheme scheme, int width)
{
    [Test]
    public async Task Rules_are_ticked_while_a_password_is_typed()
    {
        await using var tab = await Chromium.OpenAsync(scheme, width);
        await tab.GoAsync("/register");
        await Expect(Rules(tab)).ToHaveCountAsync(4);
        await Expect(tab.Page.Locator("[data-met]")).ToHaveCountAsync(1); // The list itself, which has the words.
        await tab.AssertSoundAsync();

        await tab.Page.FillAsync("#Password", "vK7#mq");
        await AssertAsync(tab, "length", met: false);
        await AssertAsync(tab, "kinds", met: true);
        await AssertAsync(tab, "personal", met: true);
        await Expect(Said(tab)).ToContainTextAsync("3 of 4 rules are met");
        await tab.AssertSoundAsync();

        await tab.Page.FillAsync("#Password", "vk7mqzwjxptb");
        await AssertAsync(tab, "length", met: true);
        await AssertAsync(tab, "kinds", met: false);
        await Expect(Rule(tab, "kinds")).ToContainTextAsync("(missing: an upper-case letter, a symbol or space)");
        await Expect(Said(tab)).ToContainTextAsync("Fair: not enough yet. 3 of 4 rules are met."); // Hard to guess, and refused all the same.
        await tab.ShootAsync($"rules-{width}-some");

        await tab.Page.FillAsync("#Email", "wombat@example.org");
        await tab.Page.FillAsync("#Password", "wombat glacier tuba seven");
        await AssertAsync(tab, "kinds", met: true);
        await AssertAsync(tab, "personal", met: false);
        await Expect(Said(tab)).ToContainTextAsync("“wombat” is part of your name");

        await tab.Page.FillAsync("#Password", "passwordpassword");
        await AssertAsync(tab, "guessable", met: false);
        await tab.ShootAsync($"rules-{width}-weak");
        await tab.AssertSoundAsync();

        await tab.Page.FillAsync("#Password", TestUser.NewPassword());
        await Expect(Said(tab)).ToContainTextAsync("this password can be used");
        await Expect(tab.Page.Locator("[data-rule][data-met=true]")).ToHaveCountAsync(4);
        await tab.ShootAsync($"rules-{width}-all");
        await tab.AssertSoundAsync();

        await tab.Page.FillAsync("#Password", "");
        await Expect(tab.Page.Locator("[data-rule][data-met]")).ToHaveCountAsync(0);
        await Expect(Said(tab)).ToBeEmptyAsync();
    }

    [Test]
    public async Task Rules_stay_readable_where_they_cannot_be_checked()
    {
        await using var tab = await Chromium.OpenAsync(scheme, width);
        await tab.GoAsync("/register");
        await tab.Page.FillAsync("#Password", "short");
        await AssertAsync(tab, "length", met: false);
        await tab.Page.RouteAsync("**/password/strength", route => route.FulfillAsync(new() { Status = 429 }));
        await tab.Page.FillAsync("#Password", "shorter");
        await Expect(tab.Page.Locator("[data-rule][data-met]")).ToHaveCountAsync(0);
        await Expect(Rules(tab)).ToHaveCountAsync(4);
    }

    [Test]
    public async Task The_state_is_in_words_and_signs_and_is_announced_politely()
    {
        await using var tab = await Chromium.OpenAsync(scheme, width);
        await tab.GoAsync("/register");
        Assert.That(await Said(tab).GetAttributeAsync("aria-live"), Is.EqualTo("polite"), "before anything is said");
        await tab.Page.FillAsync("#Password", "vk7mqzwjxptb");
        await Expect(Rule(tab, "length")).ToContainTextAsync("met: At least 12 characters");
        await Expect(Rule(tab, "kinds")).ToContainTextAsync("not met yet: Upper and lower case");
        var signs = await tab.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('[data-rule]')].map(rule => getComputedStyle(rule, '::before').content)");
        Assert.That(signs[0], Does.StartWith("\"\u2713\""));
        Assert.That(signs[1], Does.StartWith("\"\u25CB\""));
        Assert.That(await tab.Page.GetAttributeAsync("#Password", "aria-describedby"), Does.Contain("password-rules"));
    }

    private static ILocator Rules(Tab tab) => tab.Page.Locator("[data-rule]");

    private static ILocator Rule(Tab tab, string name) => tab.Page.Locator($"[data-rule={name}]");

    private static ILocator Said(Tab tab) => tab.Page.Locator("[data-words]");

    private static Task AssertAsync(Tab tab, string rule, bool met) => Expect(Rule(tab, rule)).ToHaveAttributeAsync("data-met", JsonSerializer.Serialize(met));
}
