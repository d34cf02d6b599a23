using NUnit.Framework;
using WebApp.Tests.Support;

namespace WebApp.Tests;

/// <summary>Takes the browser down with the run.</summary>
[SetUpFixture]
public sealed class ChromiumLifetime
{
    [OneTimeTearDown]
    public Task Close_the_browser() => Chromium.CloseAsync();
}
