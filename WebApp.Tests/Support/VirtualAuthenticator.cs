namespace WebApp.Tests.Support;

/// <summary>Chromium's own authenticator for tests: built into the device, its user there and recognised.</summary>
public static class VirtualAuthenticator
{
    /// <summary>
    /// Gives the tab one. It takes whatever it is offered at once, autofill's offer too; where a test wants to press the button, the
    /// browser is made one without <paramref name="autofill"/>.
    /// </summary>
    public static async Task AttachAsync(Tab tab, bool autofill = false)
    {
        var devTools = await tab.Page.Context.NewCDPSessionAsync(tab.Page);
        await devTools.SendAsync("WebAuthn.enable");
        await devTools.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
        if (!autofill)
        {
            await tab.Page.AddInitScriptAsync("PublicKeyCredential.isConditionalMediationAvailable = async () => false;");
        }
    }
}
