using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.Extensions.Options;

namespace WebApp.Platform.Pages;

/// <summary>Keeps <see cref="Notices"/> in MVC's protected cookie, without deleting on every page a cookie that is not there.</summary>
public sealed class NoticeCookie(CookieTempDataProvider cookie, IOptions<CookieTempDataProviderOptions> options) : ITempDataProvider
{
    /// <inheritdoc/>
    public IDictionary<string, object> LoadTempData(HttpContext context) => cookie.LoadTempData(context);

    /// <inheritdoc/>
    public void SaveTempData(HttpContext context, IDictionary<string, object> values)
    {
        if (values.Count > 0 || context.Request.Cookies.ContainsKey(options.Value.Cookie.Name!))
        {
            cookie.SaveTempData(context, values);
        }
    }
}
