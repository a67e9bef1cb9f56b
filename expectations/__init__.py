"""What files coming in and tables going out must look like: data contracts, and the gate that checks them."""
