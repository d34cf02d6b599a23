using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using WebApp.Features.SecondFactors;
using WebApp.Features.SecondFactors.EmailCodes;
using WebApp.Platform.Data;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Pages;

namespace WebApp.Features.SignIn;

/// <summary>What the challenge and the step-up page have in common: which methods they offer, sending a code, and how a refusal reads.</summary>
public sealed class FactorPages(AppDbContext db, SecondFactorService factors, EmailCodeFactor emailCodes)
{
    /// <summary>What to offer; the method asked for if the user has it, else the strongest.</summary>
    public async Task<FactorChoice> ChoiceAsync(
        string path, Guid userId, Guid boundTo, string? method, string? returnUrl, bool canTrust, CancellationToken cancel, bool strong = false)
    {
        var methods = await factors.MethodsAsync(userId, cancel);
        if (strong && await FactorStrength.IsNeededAsync(db, userId, cancel))
        {
            methods = [.. methods.Where(FactorStrength.StrongMethods.Contains)];
        }

        var shown = methods.Where(m => m != FactorMethod.Passkey).OrderByDescending(m => m == method).FirstOrDefault();
        var address = await db.Users.Where(u => u.Id == userId).Select(u => u.Email).SingleAsync(cancel);
        var sent = shown == FactorMethod.Email && await emailCodes.IsAwaitedAsync(userId, boundTo, cancel);
        return new(path, methods, shown, returnUrl, MaskedAddress.Of(address!), sent, canTrust, strong);
    }

    /// <summary>Sends a code. Null: it is on its way and the next page says so; otherwise the page is to be shown again, with the reason.</summary>
    public async Task<string?> SendAsync(Controller page, Guid userId, Guid boundTo, CancellationToken cancel)
    {
        switch (await emailCodes.SendAsync(userId, boundTo, ClientInfo.Of(page.HttpContext), cancel))
        {
            case EmailCodeResult.Sent:
                page.TempData.Notice = "A code is on its way to your mailbox.";
                return null;
            case EmailCodeResult.TooSoon(var wait):
                TellWhen(page.Response, wait);
                return FactorWords.TooSoon(wait);
            default:
                return "This account does not use mailed codes.";
        }
    }

    /// <summary>Puts a refusal beside the code, which has to be typed anew.</summary>
    public static void Refuse(Controller page, FactorResult refusal)
    {
        page.ModelState.Clear();
        if (refusal is FactorResult.TooMany(var wait))
        {
            TellWhen(page.Response, wait);
            page.ModelState.AddModelError("", FactorWords.Of(refusal));
            return;
        }

        page.ModelState.AddModelError(nameof(FactorForm.Code), FactorWords.Of(refusal));
    }

    private static void TellWhen(HttpResponse response, TimeSpan wait)
    {
        response.StatusCode = StatusCodes.Status429TooManyRequests;
        response.Headers.RetryAfter = RetryAfter.Seconds(wait);
    }
}
