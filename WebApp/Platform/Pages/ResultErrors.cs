using Microsoft.AspNetCore.Mvc.ModelBinding;
using WebApp.Platform.Http;

namespace WebApp.Platform.Pages;

/// <summary>Brings what a service found wrong beside the fields it is about.</summary>
public static class ResultErrors
{
    extension(ModelStateDictionary state)
    {
        /// <summary>Adds each error to the field of its name.</summary>
        public void Add(IEnumerable<FieldError> errors)
        {
            foreach (var error in errors)
            {
                state.AddModelError(error.Field, error.Message);
            }
        }
    }
}
